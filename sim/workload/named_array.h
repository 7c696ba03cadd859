#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/workload/draw.h"

namespace systole {

/// Numbers that a person may want to see.
struct NamedArray {
  std::string name;  ///< letters, digits and _
  std::vector<uint64_t> shape;
  NumberType type = NumberType::fp32;
  std::vector<uint8_t> bytes;  ///< little-endian, row after row
};

}  // namespace systole
