#include "sim/energy/price.h"

#include <numeric>
#include <stdexcept>

namespace systole {
namespace {

double times(uint64_t count, double price) { return static_cast<double>(count) * price; }

void price_arithmetic(EnergyBreakdown& energy, const MachineStats& counts, const EnergyTable& table,
                      const ProductFormats& formats) {
  const bool input_is_wider = traits_of(formats.input).bits >= traits_of(formats.weight).bits;
  const Format operand = input_is_wider ? formats.input : formats.weight;
  const VectorPrices& vector = table.vector[static_cast<int>(formats.accumulator)];
  energy.at(Component::array, kComputePurpose) =
      times(counts.array.multiplies, table.array[static_cast<int>(operand)].multiply) +
      times(counts.array.adds, table.array[static_cast<int>(formats.accumulator)].add);
  energy.at(Component::vector, kComputePurpose) =
      times(counts.vector.multiplies, vector.multiply) + times(counts.vector.adds, vector.add) +
      times(counts.vector.shifts, vector.shift) + times(counts.vector.other, vector.other);
  energy.at(Component::index, kComputePurpose) = times(counts.array.index_divmods, table.index.divmod) +
                                                 times(counts.array.index_multiplies, table.index.multiply) +
                                                 times(counts.array.index_adds, table.index.add);
}

void price_buffers(EnergyBreakdown& energy, const MachineStats& counts, const EnergyTable& table,
                   const std::array<uint64_t, kBufferCount>& buffer_bytes) {
  constexpr std::array<Component, kBufferCount> kBuffers = {Component::sram_input, Component::sram_weight,
                                                            Component::sram_output};
  for (int b = 0; b < kBufferCount; ++b) {
    const double* access = table.sram_64b(buffer_bytes[b]);
    if (access == nullptr) throw std::logic_error("a buffer without a price passed validation");
    for (int tensor = 0; tensor < kTensorCount; ++tensor) {
      const BufferStats& buffer = counts.buffers[b];
      energy.at(kBuffers[b], tensor) =
          times(buffer.reads_by_tensor[tensor] + buffer.writes_by_tensor[tensor], *access);
    }
  }
}

void price_dram_by_bytes(EnergyBreakdown& energy, const MachineStats& counts, double price_of_64b) {
  for (int tensor = 0; tensor < kTensorCount; ++tensor) {
    const uint64_t bytes = counts.load.bus_bytes[tensor] + counts.store.bus_bytes[tensor];
    energy.at(Component::dram, tensor) = static_cast<double>(bytes) / 8 * price_of_64b;
  }
}

/// Splits `whole` over the tensors as `bytes` do; what no byte asked for passes with time.
void share_out(EnergyBreakdown& energy, Component component, double whole,
               const std::array<uint64_t, kTensorCount>& bytes) {
  const auto sum = std::accumulate(bytes.begin(), bytes.end(), uint64_t{0});
  if (sum == 0) energy.at(component, kStaticPurpose) = whole;
  for (int tensor = 0; tensor < kTensorCount && sum != 0; ++tensor) {
    energy.at(component, tensor) = whole * static_cast<double>(bytes[tensor]) / static_cast<double>(sum);
  }
}

void price_dram_by_currents(EnergyBreakdown& energy, const MachineStats& counts, const DramPrices& dram) {
  const ChannelStats& total = counts.dram.total;
  std::array<uint64_t, kTensorCount> both{};
  for (int t = 0; t < kTensorCount; ++t) both[t] = counts.load.bus_bytes[t] + counts.store.bus_bytes[t];
  share_out(energy, Component::dram_activate, times(total.activates, dram.activate), both);
  share_out(energy, Component::dram_read, times(total.reads, dram.read), counts.load.bus_bytes);
  share_out(energy, Component::dram_write, times(total.writes, dram.write), counts.store.bus_bytes);
  energy.at(Component::dram_refresh, kStaticPurpose) = times(total.refreshes, dram.refresh);
  energy.at(Component::dram_background, kStaticPurpose) =
      times(total.active_rank_cycles, dram.active_cycle) + times(total.idle_rank_cycles, dram.idle_cycle);
}

}  // namespace

std::array<double, kComponentCount> EnergyBreakdown::by_component() const {
  std::array<double, kComponentCount> sums{};
  for (int c = 0; c < kComponentCount; ++c) {
    for (double cell : cells[c]) sums[c] += cell;
  }
  return sums;
}

std::array<double, kPurposeCount> EnergyBreakdown::by_purpose() const {
  std::array<double, kPurposeCount> sums{};
  for (const auto& component : cells) {
    for (int p = 0; p < kPurposeCount; ++p) sums[p] += component[p];
  }
  return sums;
}

double EnergyBreakdown::total() const {
  double sum = 0;
  for (double component : by_component()) sum += component;
  return sum;
}

EnergyBreakdown price(const MachineStats& counts, const EnergyTable& table, const ProductFormats& formats,
                      const std::array<uint64_t, kBufferCount>& buffer_bytes, const DramPrices& dram) {
  EnergyBreakdown energy;
  price_arithmetic(energy, counts, table, formats);
  price_buffers(energy, counts, table, buffer_bytes);
  energy.at(Component::accumulators, static_cast<int>(Tensor::psum)) =
      times(counts.array.accumulator_accesses, table.accumulator_access);
  if (dram.by_currents) {
    price_dram_by_currents(energy, counts, dram);
  } else {
    price_dram_by_bytes(energy, counts, dram.by_bits ? 64 * dram.bit : table.dram_64b);
  }
  energy.at(Component::leakage, kStaticPurpose) = times(counts.cycles, table.static_cycle);
  return energy;
}

}  // namespace systole
