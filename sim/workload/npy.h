#pragma once
// NumPy's .npy files (format versions 1 and 2): '<f4', '<i4' and '|i1' arrays in C order.
#include <cstdint>
#include <string>
#include <vector>

#include "sim/workload/draw.h"

namespace systole {

/// The array's bytes. Dimensions of size 1 may be missing or added. Throws UserError on anything but `type`
/// and `shape`, and on a file shorter or longer than they say.
std::vector<uint8_t> read_npy(const std::string& path, NumberType type, const std::vector<uint64_t>& shape);

/// The same checks without reading the numbers.
void check_npy(const std::string& path, NumberType type, const std::vector<uint64_t>& shape);

}  // namespace systole
