#pragma once
#include <nlohmann/json.hpp>

#include "models/stats.h"

namespace systole {

/// `dram` of a layer's entry in results.json; its rates are null until derive_rates() fills them in.
nlohmann::ordered_json dram_json(const MachineStats& stats);

}  // namespace systole
