#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "models/number/format.h"

namespace systole {

/// Numbers that a person may want to see.
struct NamedArray {
  std::string name;  ///< letters, digits and _
  std::vector<uint64_t> shape;
  Format format = Format::fp32;  ///< one that NumPy knows
  std::vector<uint8_t> bytes;    ///< little-endian, row after row
};

}  // namespace systole
