#pragma once
// The one spelling of each enumerator, in the order of its enumeration.
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/compute/dataflow/traits.h"
#include "models/number/sum/rule.h"

namespace systole {

inline constexpr std::array<const char*, 2> kLaneNumberNames = {"fp32", "int32"};
inline constexpr std::array<const char*, 3> kLayerTypeNames = {"conv", "fc", "gemm"};
inline constexpr std::array<const char*, 3> kGemmDimNames = {"m", "n", "k"};
inline constexpr std::array<const char*, 2> kHaloNames = {"keep", "refetch"};
inline constexpr std::array<const char*, 3> kAlgorithmObjectiveNames = {"cycles", "energy", "edp"};
inline constexpr std::array<const char*, 2> kInterconnectNames = {"systolic", "broadcast"};
inline constexpr std::array<const char*, 2> kResidencyNames = {"dram", "sram"};
inline constexpr std::array<const char*, 3> kDramKindNames = {"fixed", "ideal", "banked"};
inline constexpr std::array<const char*, 3> kDramRefreshNames = {"per_rank", "per_bank", "none"};
inline constexpr std::array<const char*, 2> kRoundingNames = {"toward_zero", "nearest_even"};
inline constexpr std::array<const char*, 2> kPagePolicyNames = {"open", "closed"};

/// kHaloNames[Halo::keep] without the cast at every use.
template <class Enum, size_t N>
constexpr const char* name_of(const std::array<const char*, N>& names, Enum value) {
  return names[static_cast<size_t>(value)];
}

template <size_t N>
std::vector<std::string> listed(const std::array<const char*, N>& names) {
  return {names.begin(), names.end()};
}

inline const char* name_of(Format format) { return traits_of(format).name; }

/// In the order of the enumeration.
inline std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const Format format : formats()) names.emplace_back(name_of(format));
  return names;
}

inline std::optional<Format> format_named(std::string_view name) {
  for (const Format format : formats()) {
    if (name == name_of(format)) return format;
  }
  return std::nullopt;
}

/// In the order of the enumeration.
inline std::vector<std::string> sum_rule_names() {
  std::vector<std::string> names;
  for (const SumRule rule : sum_rules()) names.emplace_back(traits_of(rule).name);
  return names;
}

inline std::vector<std::string> dataflow_names() {
  std::vector<std::string> names;
  for (const DataflowTraits& traits : dataflows()) names.emplace_back(traits.name);
  return names;
}

}  // namespace systole
