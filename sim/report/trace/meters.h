#pragma once
#include <array>
#include <vector>

#include "models/stats.h"
#include "sim/energy/price.h"
#include "sim/report/trace/bins.h"
#include "sim/report/trace/operation.h"

namespace systole {

/// What is measured over time; those of the array are in the order of Activity, those of the buffers in that
/// of Space.
enum class Meter : uint8_t {
  dram_read,
  dram_write,
  macs,
  array_busy,
  array_fill_drain,
  array_wait_input,
  array_wait_output,
  input_bytes,
  weight_bytes,
  output_bytes,
  input_accesses,
  weight_accesses,
  output_accesses,
  vector_work,
  time
};
inline constexpr int kMeterCount = 15;

/// One series of bins a meter, over the same window.
class Meters {
 public:
  Meters(Cycle begin, Cycle end) : bins_(kMeterCount, Bins(begin, end)) {}
  Bins& operator[](Meter meter) { return bins_[static_cast<int>(meter)]; }
  const Bins& operator[](Meter meter) const { return bins_[static_cast<int>(meter)]; }
  /// The `index`-th of a row of meters.
  Bins& of(Meter first, int index) { return bins_[static_cast<int>(first) + index]; }
  Bins& of(Meter first, Space buffer) { return of(first, static_cast<int>(buffer)); }
  void widen_to(uint64_t width) {
    for (Bins& bins : bins_) bins.widen_to(width);
  }

 private:
  std::vector<Bins> bins_;
};

/// The energy of each of the first `bins` bins. What the whole layer spent on a component is the snapshot's;
/// over time it goes as what causes it does: arithmetic as the MACs of the MatMul under way, an SRAM as what
/// the instructions under way read from and write to it, the DRAM as its bytes, what passes with time evenly.
std::vector<double> energy_over_time(const Meters& meters, const EnergyBreakdown& energy, std::size_t bins);

}  // namespace systole
