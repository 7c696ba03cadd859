#pragma once
// Counter snapshot x table -> energy, kept as components by tensors so that either view sums to the total.
#include <array>
#include <cstdint>

#include "sim/energy/actions.h"

namespace systole {

/// In units of the table (picojoules, as a rule).
struct EnergyBreakdown {
  std::array<std::array<double, kPurposeCount>, kComponentCount> cells{};

  double& at(Component component, int purpose) { return cells[static_cast<int>(component)][purpose]; }
  std::array<double, kComponentCount> by_component() const;
  std::array<double, kPurposeCount> by_purpose() const;
  double total() const;  ///< the sum of by_component(), in its order
};

/// A product is priced by the wider of its operands' formats, a sum by the accumulator's, what the vector
/// unit does by what its lanes hold. `buffer_bytes`: sizes of the input, weight and output buffers, each
/// of which the table must price. `dram`: in the place of the table's flat price; then the parts have
/// components of their own and `dram` is zero.
EnergyBreakdown price(const MachineStats& counts, const EnergyTable& table, const ProductFormats& formats,
                      const std::array<uint64_t, kBufferCount>& buffer_bytes, const DramPrices& dram = {});

}  // namespace systole
