#pragma once
// The keys of a layer's entry in results.json, as one table: entry, totals, schema and what is read back of a
// saved run are made from it.
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "models/stats.h"
#include "sim/report/layer_result.h"

namespace systole {

/// What the totals make of a figure: nothing, the sum of the layers', the largest, or a rate of other totals.
enum class InTotals : uint8_t { none, sum, largest, rate };

struct Figure {
  std::string path;  ///< "dram.bus_cycles"; its value may hold keys of its own
  std::string unit;  ///< empty: a text, or a plain number
  std::string description;
  InTotals in_totals = InTotals::none;
  std::function<nlohmann::ordered_json(const LayerResult&)> write;
  /// Of counters: fills them in from the value that `write` gave.
  std::function<void(const nlohmann::ordered_json&, MachineStats&)> read = {};
};
using Figures = std::vector<Figure>;

/// In the order of the entry.
const Figures& layer_figures();

/// Those that modules count, by their tables: the operations, the states of the array, the buffers' accesses;
/// of the DMA engines what is not DRAM's.
Figures operation_figures();
Figures sram_figures();
Figures dma_figures();
/// Those of the DRAM and the traffic with it; the rates among them are null.
Figures dram_figures();

/// The value at "dram.bus_cycles", made where there is none.
nlohmann::ordered_json& at_path(nlohmann::ordered_json& json, const std::string& path);
const nlohmann::ordered_json& at_path(const nlohmann::ordered_json& json, const std::string& path);

/// The counters that an entry of a saved run tells.
MachineStats counters_of(const nlohmann::ordered_json& entry);

}  // namespace systole
