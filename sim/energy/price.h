#pragma once
// Counter snapshot x table -> energy, kept as components by tensors so that either view sums to the total.
#include <array>
#include <cstdint>

#include "models/stats.h"
#include "sim/energy/dram_prices.h"
#include "sim/energy/energy_table.h"

namespace systole {

enum class Component : uint8_t {
  array,
  accumulators,
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
inline constexpr int kComponentCount = 14;
inline constexpr std::array<const char*, kComponentCount> kComponentNames = {
    "array", "accumulators",  "vector",    "index",      "sram_input",   "sram_weight",     "sram_output",
    "dram",  "dram_activate", "dram_read", "dram_write", "dram_refresh", "dram_background", "static"};

/// What energy is spent for: the movement of a tensor, arithmetic, or the passing of time.
inline constexpr int kPurposeCount = kTensorCount + 2;
inline constexpr int kComputePurpose = kTensorCount, kStaticPurpose = kTensorCount + 1;
inline constexpr std::array<const char*, kPurposeCount> kPurposeNames = {
    "input", "weight", "bias", "output", "psum", "workspace", "index", "compute", "static"};

/// In units of the table (picojoules, as a rule).
struct EnergyBreakdown {
  std::array<std::array<double, kPurposeCount>, kComponentCount> cells{};

  double& at(Component component, int purpose) { return cells[static_cast<int>(component)][purpose]; }
  std::array<double, kComponentCount> by_component() const;
  std::array<double, kPurposeCount> by_purpose() const;
  double total() const;  ///< the sum of by_component(), in its order
};

/// A product is priced by the wider of its operands' formats, a sum and what the vector unit does by the
/// accumulator's. `buffer_bytes`: sizes of the input, weight and output buffers, each of which the table must
/// price. `dram`: in the place of the table's flat price; then the parts have components of their own and
/// `dram` is zero.
EnergyBreakdown price(const MachineStats& counts, const EnergyTable& table, const ProductFormats& formats,
                      const std::array<uint64_t, kBufferCount>& buffer_bytes, const DramPrices& dram = {});

}  // namespace systole
