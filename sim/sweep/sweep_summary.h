#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "sim/report/terminal/style.h"

namespace systole {

/// A sweep for people, from its sweep.json: the Pareto front of each group, the best of each objective, and
/// why points failed.
std::string sweep_summary(const nlohmann::ordered_json& sweep, const Style& style);

}  // namespace systole
