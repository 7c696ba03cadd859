#pragma once
#include <nlohmann/json.hpp>
#include <vector>

#include "sim/sweep/condition.h"

namespace systole {

/// What conditions can name at a point: the keys of its base architecture, and the settings over them.
SweepVariables variables_of(const nlohmann::ordered_json& base_arch,
                            const std::vector<const SweepSetting*>& settings);

}  // namespace systole
