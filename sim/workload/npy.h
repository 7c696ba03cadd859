#pragma once
// NumPy's .npy files (format versions 1 and 2): '<f4', '<i4' and '|i1' arrays in C order.
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/workload/draw.h"

namespace systole {

/// What is wrong with a file, without its name.
class NpyError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The array has other extents than expected.
class NpyShapeError : public NpyError {
 public:
  NpyShapeError(const std::vector<uint64_t>& shape, const std::vector<uint64_t>& expected);
  const std::vector<uint64_t>& shape() const { return shape_; }

 private:
  std::vector<uint64_t> shape_;
};

/// Whether they differ in extents of 1 at most.
bool is_same_shape(const std::vector<uint64_t>& a, const std::vector<uint64_t>& b);

/// The array's bytes. Dimensions of size 1 may be missing or added. Throws NpyError on anything but `type`
/// and `shape`, and on a file shorter or longer than they say.
std::vector<uint8_t> read_npy(const std::string& path, NumberType type, const std::vector<uint64_t>& shape);

/// What stands before the numbers of a file of format version 1.
std::string npy_header(NumberType type, const std::vector<uint64_t>& shape);

/// The same checks without reading the numbers.
void check_npy(const std::string& path, NumberType type, const std::vector<uint64_t>& shape);

}  // namespace systole
