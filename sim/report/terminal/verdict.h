#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace systole {

/// What became of a layer, beside what bounds it: an entry of results.json in words, a line each.
std::vector<std::string> verdict_of(const nlohmann::ordered_json& entry, const std::string& energy_unit);

}  // namespace systole
