#include "sim/energy/price.h"

#include <numeric>
#include <stdexcept>

namespace systole {
namespace {

uint64_t sum_of(const std::vector<Count>& counts, const MachineStats& stats) {
  uint64_t sum = 0;
  for (const Count count : counts) sum += count(stats);
  return sum;
}

TensorCounts sum_of(const std::vector<CountByTensor>& counts, const MachineStats& stats) {
  TensorCounts sum{};
  for (const CountByTensor count : counts) {
    for (int tensor = 0; tensor < kTensorCount; ++tensor) sum[tensor] += count(stats)[tensor];
  }
  return sum;
}

double times(uint64_t count, double price) { return static_cast<double>(count) * price; }

/// Splits `whole` over the tensors as `bytes` do; what no byte asked for passes with time.
void share_out(EnergyBreakdown& energy, Component component, double whole, const TensorCounts& bytes) {
  const auto sum = std::accumulate(bytes.begin(), bytes.end(), uint64_t{0});
  if (sum == 0) energy.at(component, kStaticPurpose) += whole;
  for (int tensor = 0; tensor < kTensorCount && sum != 0; ++tensor) {
    energy.at(component, tensor) += whole * static_cast<double>(bytes[tensor]) / static_cast<double>(sum);
  }
}

void pay(EnergyBreakdown& energy, const PricedAction& action, const MachineStats& stats,
         const PriceList& prices) {
  const double price = action.price(prices);
  if (!action.counts_by_tensor.empty()) {
    const TensorCounts counts = sum_of(action.counts_by_tensor, stats);
    for (int tensor = 0; tensor < kTensorCount; ++tensor)
      energy.at(action.component, tensor) += times(counts[tensor], price);
    return;
  }
  const double whole = times(sum_of(action.counts, stats), price);
  if (action.shared_by.empty()) {
    energy.at(action.component, action.purpose) += whole;
  } else {
    share_out(energy, action.component, whole, sum_of(action.shared_by, stats));
  }
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
  PriceList prices{table, formats, {}, dram};
  for (int b = 0; b < kBufferCount; ++b) {
    const double* access = table.sram_64b(buffer_bytes[b]);
    if (access == nullptr) throw std::logic_error("a buffer without a price passed validation");
    prices.sram_64b[b] = *access;
  }
  EnergyBreakdown energy;
  for (const PricedAction& action : priced_actions(dram)) pay(energy, action, counts, prices);
  return energy;
}

}  // namespace systole
