#include "sim/report/trace/timeline_writer.h"

#include <algorithm>
#include <map>

#include "sim/report/trace/left_out.h"
#include "sim/report/trace/part_file.h"
#include "sim/report/trace/text_file.h"
#include "sim/report/trace/timeline_json.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

class TimelineWriter {
 public:
  TimelineWriter(const TraceOptions& options, const TracedRun& run)
      : options_(options),
        run_(run),
        file_(options.directory / kTraceFileNames[0]),
        share_(share_of_layer<TimelinePart>(options, run, options.most_operations)) {
    file_.write(
        "{\"otherData\":" +
        Json{{"run", run.name}, {"time", "a cycle is a microsecond"}, {"clock_khz", run.arch.clock_khz}}
            .dump() +
        ",\"traceEvents\":[\n");
  }

  std::vector<std::string> write() {
    for (const TracedLayer& layer : run_.layers) write(layer);
    put_counters({}, 1, counted_to_, 1);
    for (const Json& event : name_events(run_, lanes_)) put(event);
    file_.write("\n]}\n");
    file_.close();
    return std::move(left_out_);
  }

 private:
  void put(const Json& event) {
    file_.write((is_first_ ? "" : ",\n") + event.dump());
    is_first_ = false;
  }

  /// Counters hold their value until the next event: only what changes is written.
  void put_counters(const CounterBin& bin, uint64_t cycles, Cycle at, uint64_t macs_per_cycle) {
    for (const Json& event : counter_events(bin, cycles, at, run_, macs_per_cycle)) {
      Json& last = last_[event["name"].get<std::string>()];
      if (last == event["args"]) continue;
      last = event["args"];
      put(event);
    }
  }

  void write(const TracedLayer& layer) {
    PartReader part(options_.part(layer.part));
    auto head = part.get<TimelinePart>();
    if (part.count() > share_) head.kept_end = std::min(head.kept_end, part.at<Operation>(share_));
    put(layer_event(layer, head, offset_, run_.arch));
    part.each<Operation>([&](const Operation& operation) {
      if (operation.at >= head.kept_end) return;
      uint32_t& lanes = lanes_[static_cast<int>(operation.track)];
      lanes = std::max(lanes, operation.lane + 1);
      put(operation_event(layer, operation, offset_));
    });
    if (offset_ + head.begin != counted_to_) put_counters({}, 1, counted_to_, 1);
    Cycle at = head.begin;
    part.each<CounterBin>([&](const CounterBin& bin) {
      const uint64_t cycles = std::min(head.bin_width, head.end - at);
      put_counters(bin, cycles, offset_ + at, layer.macs_per_cycle);
      at += cycles;
    });
    counted_to_ = offset_ + head.end;
    if (head.kept_end < head.end) {
      left_out_.push_back(left_out_line(layer, "the operations", head.kept_end, head.end));
    }
    offset_ += head.cycles;
  }

  const TraceOptions& options_;
  const TracedRun& run_;
  TextFile file_;
  bool is_first_ = true;
  uint64_t share_;  ///< operations of a layer
  Cycle offset_ = 0, counted_to_ = 0;
  std::array<uint32_t, kTrackCount> lanes_{};
  std::map<std::string, Json> last_;
  std::vector<std::string> left_out_;
};

}  // namespace

std::vector<std::string> write_timeline(const TraceOptions& options, const TracedRun& run) {
  return TimelineWriter(options, run).write();
}

}  // namespace systole
