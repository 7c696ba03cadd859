#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "sim/report/terminal/style.h"

namespace systole {

/// Of results.json: what was chosen by what; then a table of its algorithms for each layer that kept them
/// all, the winner marked, and why others declined. Empty where no algorithm was open. Tables as wide as
/// the style says.
std::string algorithm_tables(const nlohmann::ordered_json& results, const Style& style);

}  // namespace systole
