#pragma once
// What energy is spent on: each action joins a counter with its price, and says whose energy that is.
#include <array>
#include <cstdint>
#include <vector>

#include "models/stats.h"
#include "sim/energy/dram_prices.h"
#include "sim/energy/energy_table.h"

namespace systole {

enum class Component : uint8_t {
  array,
  accumulators,
  registers,
  hops,
  vector,
  index,
  sram_input,
  sram_weight,
  sram_output,
  dram,
  dram_activate,
  dram_read,
  dram_write,
  dram_refresh,
  dram_background,
  leakage
};
inline constexpr int kComponentCount = 16;
inline constexpr std::array<const char*, kComponentCount> kComponentNames = {
    "array",      "accumulators", "registers",       "hops",  "vector",        "index",
    "sram_input", "sram_weight",  "sram_output",     "dram",  "dram_activate", "dram_read",
    "dram_write", "dram_refresh", "dram_background", "static"};

/// What energy is spent for: the movement of a tensor, arithmetic, or the passing of time.
inline constexpr int kPurposeCount = kTensorCount + 2;
inline constexpr int kComputePurpose = kTensorCount, kStaticPurpose = kTensorCount + 1;
inline constexpr std::array<const char*, kPurposeCount> kPurposeNames = {
    "input",          "weight",          "bias",    "output", "psum", "workspace", "index",
    "input_exponent", "weight_exponent", "compute", "static"};

/// Where an action's price is looked up.
struct PriceList {
  const EnergyTable& table;
  ProductFormats formats;
  std::array<double, kBufferCount> sram_64b;  ///< of the machine's buffers
  const DramPrices& dram;
};

using Count = const uint64_t& (*)(const MachineStats&);
using CountByTensor = const TensorCounts& (*)(const MachineStats&);

/// Counts that have one price fall on one purpose, or each tensor's on its own.
struct PricedAction {
  Component component;
  int purpose;  ///< not of counts by tensor
  std::vector<Count> counts;
  std::vector<CountByTensor> counts_by_tensor;
  double (*price)(const PriceList&);
  /// Not empty: what the counts cost falls on the tensors as these bytes do, and on time where there are
  /// none.
  std::vector<CountByTensor> shared_by = {};
};

/// The actions of a machine whose DRAM is priced in this way.
std::vector<PricedAction> priced_actions(const DramPrices& dram);

}  // namespace systole
