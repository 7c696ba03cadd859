#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace systole {

/// The figures of a layer that most plots show, flat and under short names; from an entry of results.json.
nlohmann::ordered_json summary_entry(const nlohmann::ordered_json& layer);

/// summary.csv: a row for each of `layers` of results.json.
std::string summary_csv(const nlohmann::ordered_json& layers);

}  // namespace systole
