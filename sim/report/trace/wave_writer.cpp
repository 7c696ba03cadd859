#include "sim/report/trace/wave_writer.h"

#include <algorithm>

#include "models/control/queue_depth.h"
#include "models/stats.h"
#include "sim/report/trace/left_out.h"
#include "sim/report/trace/part_file.h"
#include "sim/report/trace/vcd_file.h"
#include "sim/report/trace/waves.h"

namespace systole {
namespace {

constexpr std::array<const char*, kUnitCount> kScopeNames = {"load_engine", "store_engine", "compute_core",
                                                             "vector_unit"};
constexpr int kOccupancyBits = 5, kUnderWayBits = 16, kRequestBits = 16, kEventBits = 32;
static_assert(kQueueDepth < 1 << kOccupancyBits);

class WaveWriter {
 public:
  WaveWriter(const TraceOptions& options, const TracedRun& run)
      : options_(options),
        run_(run),
        period_(run.arch.clock_khz),
        file_(options.directory / kTraceFileNames[1]),
        share_(share_of_layer<WavePart>(options, run, options.most_changes)) {
    declare();
  }

  std::vector<std::string> write() {
    for (const TracedLayer& layer : run_.layers) write(layer);
    at(offset_);
    file_.close();
    return std::move(left_out_);
  }

 private:
  void declare() {
    file_.begin_scope("systole");
    layer_ = file_.add("layer", 0);
    for (int u = 0; u < kUnitCount; ++u) {
      const auto unit = static_cast<Unit>(u);
      file_.begin_scope(kScopeNames[u]);
      variables_[wave_of(WaveRow::state, unit)] = file_.add("state", 0);
      variables_[wave_of(WaveRow::under_way, unit)] = file_.add("under_way", kUnderWayBits);
      file_.begin_scope("queue");
      valid_[u] = file_.add("valid", 1);
      ready_[u] = file_.add("ready", 1);
      variables_[wave_of(WaveRow::occupancy, unit)] = file_.add("occupancy", kOccupancyBits);
      file_.end_scope();
      if (unit == Unit::load || unit == Unit::store) {
        file_.begin_scope("port");
        variables_[request_wave(unit)] = file_.add("requests", kRequestBits);
        file_.end_scope();
      }
      file_.end_scope();
    }
    file_.begin_scope("tokens");
    for (int e = 0; e < kEventCount; ++e) {
      variables_[event_wave(static_cast<Event>(e))] = file_.add(kEventNames[e], kEventBits);
    }
    file_.end_scope();
    file_.end_scope();
    file_.end_of_variables();
  }

  void at(Cycle cycle) { file_.at(period_.edge_fs(cycle)); }

  void set(int wave, int64_t value) {
    const auto number = static_cast<uint64_t>(value);
    if (is_state(wave)) return file_.set(variables_[wave], std::string(kActivityNames[number]));
    file_.set(variables_[wave], number);
    if (wave > wave_of(WaveRow::occupancy, Unit::vector)) return;
    file_.set(valid_[wave], uint64_t{number > 0});
    file_.set(ready_[wave], uint64_t{number < kQueueDepth});
  }

  void set_unknown() {
    for (std::size_t variable : variables_) file_.set_unknown(variable);
    for (int u = 0; u < kUnitCount; ++u) {
      file_.set_unknown(valid_[u]);
      file_.set_unknown(ready_[u]);
    }
  }

  void write(const TracedLayer& layer) {
    PartReader part(options_.part(layer.part));
    auto head = part.get<WavePart>();
    if (part.count() > share_) head.kept_end = std::min(head.kept_end, part.at<WaveChange>(share_));
    at(offset_);
    file_.set(layer_, layer.name);
    if (head.begin > 0) set_unknown();
    if (head.begin < head.kept_end) {
      at(offset_ + head.begin);
      for (int wave = 0; wave < kWaveCount; ++wave) set(wave, head.first[wave]);
    }
    part.each<WaveChange>([&](const WaveChange& change) {
      if (change.at >= head.kept_end) return;
      at(offset_ + change.at);
      set(change.wave, change.value);
    });
    at(offset_ + head.kept_end);
    if (head.kept_end < head.cycles) set_unknown();
    if (head.kept_end < head.end) {
      left_out_.push_back(left_out_line(layer, "the waves", head.kept_end, head.end));
    }
    offset_ += head.cycles;
  }

  const TraceOptions& options_;
  const TracedRun& run_;
  Period period_;
  VcdFile file_;
  std::size_t layer_ = 0;
  std::array<std::size_t, kWaveCount> variables_{};
  std::array<std::size_t, kUnitCount> valid_{}, ready_{};
  uint64_t share_;  ///< changes of a layer
  Cycle offset_ = 0;
  std::vector<std::string> left_out_;
};

}  // namespace

std::vector<std::string> write_waves(const TraceOptions& options, const TracedRun& run) {
  return WaveWriter(options, run).write();
}

}  // namespace systole
