#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace systole {

/// Why these are no whole results.json of this version; nothing when they are. What every entry and the
/// totals must hold is what to_json() and totals_of() give of nothing; which of those keys may be null, or a
/// text or null, is told apart here.
std::optional<std::string> results_misfit(const nlohmann::ordered_json& results);

/// The results.json of nothing: an example of what one of this version holds.
const nlohmann::ordered_json& results_shape();
/// The same as a JSON Schema, with the unit and description of each figure.
nlohmann::ordered_json results_schema();

/// The hash of all that results.json says decided the results.
std::string hash_of_results(const nlohmann::ordered_json& results);

}  // namespace systole
