#pragma once
// NumPy's .npy files (format versions 1 and 2): arrays of the formats that NumPy knows, in C order; of the
// others, fp32 or int32.
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "models/number/format.h"

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

/// The array's bytes. Dimensions of size 1 may be missing or added. Throws NpyError on anything but the
/// type that stands for `format` and `shape`, and on a file shorter or longer than they say.
std::vector<uint8_t> read_npy(const std::string& path, Format format, const std::vector<uint64_t>& shape);

/// The type of arrays that stand for numbers of `format`: that itself where NumPy knows it, else fp32 or
/// int32.
Format npy_format(Format format);

/// What stands before the numbers of a file of format version 1.
std::string npy_header(Format format, const std::vector<uint64_t>& shape);

/// The same checks without reading the numbers.
void check_npy(const std::string& path, Format format, const std::vector<uint64_t>& shape);

}  // namespace systole
