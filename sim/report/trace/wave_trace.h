#pragma once
#include "sim/report/trace/bounded_events.h"
#include "sim/report/trace/layer_trace.h"
#include "sim/report/trace/waves.h"

namespace systole {

/// One layer's part of a file of waves. Queues, ports and tokens are registered: what happens in a cycle
/// shows from the next one on, as the units see it. States show in the cycle they name.
class WaveTrace : public LayerTrace {
 public:
  WaveTrace(const TraceOptions& options, std::size_t layer, std::size_t most_changes);

  void pulled(const Instruction&) override {}
  void issued(Unit unit, Cycle now) override { add(wave_of(WaveRow::occupancy, unit), 1, now + 1); }
  void taken(Unit unit, Cycle now) override;
  void signalled(Event event, Cycle now) override;
  void entered(Unit unit, Activity activity, Cycle now) override {
    add(wave_of(WaveRow::state, unit), static_cast<int32_t>(activity), now);
  }
  void requested(Unit unit, uint64_t, uint64_t, Cycle now) override { add(request_wave(unit), 1, now + 1); }
  void answered(Unit unit, uint64_t, uint64_t, Cycle now) override { add(request_wave(unit), -1, now + 1); }
  void finish(const MachineStats& stats, const EnergyBreakdown& energy) override;

 private:
  void add(int wave, int32_t value, Cycle from);

  std::filesystem::path path_;
  Cycle begin_, end_;
  WaveValues first_;
  BoundedEvents<WaveChange> changes_;
};

}  // namespace systole
