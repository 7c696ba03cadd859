#pragma once
#include <string>
#include <vector>

#include "models/accelerator_params.h"
#include "sim/energy/energy_table.h"
#include "sim/report/trace/trace_options.h"

namespace systole {

/// One simulation of a run.
struct TracedLayer {
  std::size_t part = 0;  ///< see TraceOptions
  std::string name, algorithm;
  uint64_t macs_per_cycle = 0;      ///< of the array at most, in the layer's formats
  std::vector<std::string> stages;  ///< that run on the machine, of an algorithm that works in stages
};

struct TracedRun {
  std::string name;  ///< of workload and architecture
  AcceleratorParams arch;
  EnergyUnit energy_unit = EnergyUnit::pj;
  std::vector<TracedLayer> layers;  ///< in the order of the trace: one begins when the one before has ended
};

/// Makes the trace of a run out of its layers' parts. Returns what was left out of it, a line each. Throws
/// UserError.
std::vector<std::string> write_trace(const TraceOptions& options, const TracedRun& run);

}  // namespace systole
