#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "sim/report/terminal/style.h"

namespace systole {

/// The report of a run for people, from its results.json and host.json: a table of the layers and their
/// total, where the energy went, and how fast the simulation was. As wide as the style says.
std::string summary_of(const nlohmann::ordered_json& results, const nlohmann::ordered_json& host,
                       const Style& style);

}  // namespace systole
