#pragma once
// What tells runs apart: the keys of what decides their results (run_identity()) that are not the same.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace systole {

/// A key as a user would set it, and what each run has there; "-" where it has no such key.
struct IdentityDifference {
  std::string key;
  std::vector<std::string> values;
};

/// Of results.json files, or what begins like them, in the order of their keys. What all layers differ in
/// alike is told once, as "dataflow of all layers"; an energy table
/// of another name by its name alone, a DRAM of another model by that.
std::vector<IdentityDifference> identity_differences(const std::vector<const nlohmann::ordered_json*>& runs);

}  // namespace systole
