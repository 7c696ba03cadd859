#include "models/memory/dram/banked/address_map.h"

#include <algorithm>

namespace systole {
namespace {

constexpr std::array<const char*, 6> kFields = {"ro", "ra", "bg", "ba", "ch", "co"};

uint32_t log2_of(uint64_t power) {
  uint32_t bits = 0;
  while ((power >>= 1) != 0) ++bits;
  return bits;
}

}  // namespace

std::string AddressMap::mistake(const std::string& map) {
  std::array<int, kFields.size()> seen{};
  for (size_t at = 0; at < map.size(); at += 2) {
    const std::string field = map.substr(at, 2);
    const auto known = std::find(kFields.begin(), kFields.end(), field);
    if (known == kFields.end()) return "unknown field '" + field + "'";
    if (++seen[known - kFields.begin()] == 2) return "field '" + field + "' doubled";
  }
  for (size_t i = 0; i < kFields.size(); ++i) {
    if (seen[i] == 0) return std::string("field '") + kFields[i] + "' missing";
  }
  return "";
}

AddressMap::AddressMap(const std::string& map, const DramGeometry& geometry)
    : groups_(geometry.bank_groups), banks_(geometry.banks) {
  const std::array<uint64_t, kFields.size()> sizes = {geometry.rows,        geometry.ranks,
                                                      geometry.bank_groups, geometry.banks,
                                                      geometry.channels,    geometry.bursts_per_row()};
  const std::array<Slice*, kFields.size()> slices = {&row_, &rank_, &group_, &bank_, &channel_, &column_};
  uint32_t shift = 0;
  for (size_t at = map.size(); at >= 2; at -= 2) {
    const size_t field = std::find(kFields.begin(), kFields.end(), map.substr(at - 2, 2)) - kFields.begin();
    *slices.at(field) = {shift, sizes[field] - 1};
    shift += log2_of(sizes[field]);
  }
}

}  // namespace systole
