#pragma once
#include <optional>

#include "sim/report/trace/bounded_events.h"
#include "sim/report/trace/layer_trace.h"
#include "sim/report/trace/meters.h"
#include "sim/report/trace/occupancy.h"
#include "sim/report/trace/operation_log.h"
#include "sim/report/trace/timeline_part.h"

namespace systole {

/// One layer's part of a timeline for Perfetto.
class TimelineTrace : public LayerTrace {
 public:
  TimelineTrace(const TraceOptions& options, const AcceleratorParams& arch, std::size_t layer,
                std::size_t most_operations);

  void pulled(const Instruction& instruction) override { log_.pulled(instruction); }
  void issued(Unit unit, Cycle now) override { log_.issued(unit, now); }
  void taken(Unit unit, Cycle now) override { log_.taken(unit, now); }
  void signalled(Event event, Cycle now) override { log_.signalled(event, now); }
  void entered(Unit unit, Activity activity, Cycle now) override;
  void requested(Unit unit, uint64_t move, uint64_t bytes, Cycle now) override {
    log_.requested(unit, move, bytes, now);
  }
  void answered(Unit unit, uint64_t move, uint64_t bytes, Cycle now) override;
  void finish(const MachineStats& stats, const EnergyBreakdown& energy) override;

 private:
  void begun(const Footprint& footprint, Cycle now);
  void ended(const Footprint& footprint, const Operation& operation);
  void logged(const Operation& operation);

  std::filesystem::path path_;
  Cycle begin_, end_;
  Meters meters_;
  std::vector<Occupancy> buffers_;
  BoundedEvents<Operation> operations_;
  OperationLog log_;
  Activity array_ = Activity::idle;
  Cycle array_since_ = 0;
};

}  // namespace systole
