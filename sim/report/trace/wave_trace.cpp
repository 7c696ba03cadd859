#include "sim/report/trace/wave_trace.h"

#include "sim/report/trace/part_file.h"

namespace systole {
namespace {

/// Of what happens in one cycle the end alone, and that only where it is news.
std::vector<WaveChange> values_of(const std::vector<WaveChange>& changes, WaveValues present) {
  std::vector<WaveChange> kept;
  WaveValues shown = present;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    int64_t& value = present[changes[i].wave];
    value = changes[i].value + (is_state(changes[i].wave) ? 0 : value);
    const Cycle at = changes[i].at;
    if (i + 1 < changes.size() && changes[i + 1].at == at) continue;
    for (int wave = 0; wave < kWaveCount; ++wave) {
      if (shown[wave] == present[wave]) continue;
      shown[wave] = present[wave];
      kept.push_back({at, static_cast<int32_t>(present[wave]), static_cast<uint32_t>(wave)});
    }
  }
  return kept;
}

}  // namespace

WaveTrace::WaveTrace(const TraceOptions& options, std::size_t layer, std::size_t most_changes)
    : path_(options.part(layer)), begin_(options.begin), end_(options.end), first_{}, changes_(most_changes) {
  changes_.end_at(end_);
  for (int unit = 0; unit < kUnitCount; ++unit) {
    first_[wave_of(WaveRow::state, static_cast<Unit>(unit))] = static_cast<int64_t>(Activity::idle);
  }
}

void WaveTrace::add(int wave, int32_t value, Cycle from) {
  if (from > begin_) return changes_.add({from, value, static_cast<uint32_t>(wave)});
  first_[wave] = value + (is_state(wave) ? 0 : first_[wave]);
}

void WaveTrace::taken(Unit unit, Cycle now) {
  add(wave_of(WaveRow::occupancy, unit), -1, now + 1);
  add(wave_of(WaveRow::under_way, unit), 1, now);
}

void WaveTrace::signalled(Event event, Cycle now) {
  constexpr std::array<Unit, kEventCount> kUnits = {Unit::load, Unit::store, Unit::matmul, Unit::matmul,
                                                    Unit::vector};
  add(event_wave(event), 1, now + 1);
  if (event == Event::matmul_read) return;
  add(wave_of(WaveRow::under_way, kUnits[static_cast<int>(event)]), -1, now + 1);
}

void WaveTrace::finish(const MachineStats& stats, const EnergyBreakdown&) {
  const Cycle end = std::min(end_, stats.cycles);
  changes_.end_at(end);
  const std::vector<WaveChange> values = values_of(changes_.finish(), first_);
  PartWriter file(path_);
  file.put(WavePart{stats.cycles, std::min(begin_, end), std::min(changes_.limit(), end), end, first_});
  file.put_all(values);
  file.close();
}

}  // namespace systole
