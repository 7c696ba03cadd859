#pragma once
// One layer on the elaborated machine: data in, program run, output read back; then, apart, its check and its
// figures.
#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "models/accelerator.h"
#include "sim/report/trace/layer_trace.h"
#include "sim/run/host_time.h"
#include "sim/run/plan.h"
#include "sim/workload/data.h"

namespace systole {

struct SimulatedLayer {
  MachineStats stats;
  TensorData data;              ///< of a layer that is checked or told; else nothing
  std::vector<uint8_t> output;  ///< the same, as it lies in DRAM
  HostFigures host;
  std::unique_ptr<LayerTrace> trace;  ///< if one is made
};

/// The time and counts of an equal layer, `timed`, are this one's if there is one; the values are computed in
/// any case. `tick` is called at every instruction and may throw Interrupted, which ends the program early.
/// Throws MachineError (with the invariant's name where one is broken) and UserError (about data
/// files).
SimulatedLayer simulate_layer(Accelerator& machine, const PlannedLayer& planned, const RunOptions& options,
                              const MachineStats* timed = nullptr, const std::function<void()>& tick = {});

/// What a layer leaves behind.
struct LayerReport {
  nlohmann::ordered_json results, host;  ///< the entries in results.json and host.json
  std::string failure;                   ///< why the check failed, for people; else empty
  std::string shown;                     ///< its arrays as text, if they are asked for
};

/// Checks, prices and spells out. Needs no machine, so it can run beside the next layer's simulation.
LayerReport report_layer(SimulatedLayer simulated, const PlannedLayer& planned, const RunOptions& options);

}  // namespace systole
