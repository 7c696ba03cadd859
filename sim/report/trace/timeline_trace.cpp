#include "sim/report/trace/timeline_trace.h"

#include <algorithm>

#include "sim/report/trace/part_file.h"

namespace systole {
namespace {

/// Weights are whole numbers: few bytes over many cycles want finer ones.
constexpr uint64_t kFine = 1024;

/// Gives each operation the first lane of its track that is free.
void assign_lanes(std::vector<Operation>& operations) {
  std::array<std::vector<Cycle>, kTrackCount> free_from;
  for (Operation& operation : operations) {
    std::vector<Cycle>& lanes = free_from[static_cast<int>(operation.track)];
    const auto lane =
        std::find_if(lanes.begin(), lanes.end(), [&](Cycle end) { return end <= operation.at; });
    operation.lane = static_cast<uint32_t>(lane - lanes.begin());
    if (lane == lanes.end()) {
      lanes.push_back(operation.end);
    } else {
      *lane = operation.end;
    }
  }
}

}  // namespace

TimelineTrace::TimelineTrace(const TraceOptions& options, const AcceleratorParams& arch, std::size_t layer,
                             std::size_t most_operations)
    : path_(options.part(layer)),
      begin_(options.begin),
      end_(options.end),
      meters_(begin_, end_),
      operations_(most_operations),
      log_(arch,
           {[this](const Footprint& footprint, Cycle now) { begun(footprint, now); },
            [this](const Footprint& footprint, const Operation& operation) { ended(footprint, operation); },
            [this](const Operation& operation) { logged(operation); }}) {
  for (int b = 0; b < kBufferCount; ++b) {
    buffers_.emplace_back(meters_.of(Meter::input_bytes, static_cast<Space>(b)));
  }
  operations_.end_at(end_);
}

void TimelineTrace::begun(const Footprint& footprint, Cycle now) {
  for (const Area& area : footprint.reads) buffers_[static_cast<int>(area.buffer)].begin_read(area, now);
  for (const Area& area : footprint.writes) buffers_[static_cast<int>(area.buffer)].begin_write(area, now);
}

void TimelineTrace::ended(const Footprint& footprint, const Operation& operation) {
  for (const auto* areas : {&footprint.reads, &footprint.writes}) {
    for (const Area& area : *areas) {
      buffers_[static_cast<int>(area.buffer)].end(area, operation.end);
      meters_.of(Meter::input_accesses, area.buffer)
          .spread(operation.at, operation.end, area.accessed * kFine);
    }
  }
  if (operation.track == Track::vector_unit) {
    meters_[Meter::vector_work].spread(operation.at, operation.end, operation.work);
  }
}

void TimelineTrace::logged(const Operation& operation) {
  if (operation.kind == OperationKind::matmul) {
    meters_[Meter::macs].spread(operation.at, operation.end, operation.work);
  }
  if (operation.end > begin_) operations_.add(operation);
}

void TimelineTrace::entered(Unit unit, Activity activity, Cycle now) {
  if (unit != Unit::matmul) return;
  if (array_ != Activity::idle) {
    meters_.of(Meter::array_busy, static_cast<int>(array_)).add(array_since_, now, 1);
  }
  array_ = activity;
  array_since_ = now;
}

void TimelineTrace::answered(Unit unit, uint64_t move, uint64_t bytes, Cycle now) {
  log_.answered(unit, move, now);
  meters_[unit == Unit::load ? Meter::dram_read : Meter::dram_write].add(now, now + 1, bytes);
}

void TimelineTrace::finish(const MachineStats& stats, const EnergyBreakdown& energy) {
  entered(Unit::matmul, Activity::idle, stats.cycles);
  for (Occupancy& buffer : buffers_) buffer.finish();
  meters_[Meter::time].add(0, stats.cycles, 1);

  std::vector<Operation>& operations = operations_.finish();
  std::stable_sort(operations.begin(), operations.end(), [](const Operation& a, const Operation& b) {
    return a.at != b.at ? a.at < b.at : a.track < b.track;
  });
  assign_lanes(operations);

  const Cycle end = std::min(end_, stats.cycles), begin = std::min(begin_, end);
  const TimelinePart part{stats.cycles, begin, end, std::min(operations_.limit(), end),
                          Bins::width_for(begin, end)};
  meters_.widen_to(part.bin_width);
  std::vector<CounterBin> bins((end - begin + part.bin_width - 1) / part.bin_width);
  const std::vector<double> spent = energy_over_time(meters_, energy, bins.size());
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const auto at = [&](Meter meter) { return meters_[meter].at(i); };
    bins[i] = {at(Meter::dram_read),
               at(Meter::dram_write),
               at(Meter::macs),
               {at(Meter::array_busy), at(Meter::array_fill_drain), at(Meter::array_wait_input),
                at(Meter::array_wait_output)},
               {at(Meter::input_bytes), at(Meter::weight_bytes), at(Meter::output_bytes)},
               spent[i]};
  }
  PartWriter file(path_);
  file.put(part);
  file.put_all(operations);
  file.put_all(bins);
  file.close();
}

}  // namespace systole
