#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/report/terminal/style.h"

namespace systole {

/// A bar of `cells` columns filled to `fraction`, in eighths of a column where the locale allows.
std::string bar(double fraction, size_t cells, const Style& style);

/// One line a part of `parts` (name to energy in `total`'s unit) that is not zero: name, bar, share, amount.
/// All lines are equally wide, colours apart.
std::vector<std::string> energy_bars(const nlohmann::ordered_json& parts, double total,
                                     const std::string& unit, const Style& style);

}  // namespace systole
