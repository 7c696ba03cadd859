#pragma once
#include <nlohmann/json.hpp>

#include "models/stats.h"

namespace systole {

/// Every counter, by the path of its module and its name.
nlohmann::ordered_json all_counters(const MachineStats& stats);

/// The counters that say what was done, not when: without cycles of any kind.
nlohmann::ordered_json work_counters(const MachineStats& stats);

}  // namespace systole
