#pragma once
// Layers on a machine, through the same planning, simulation, invariants and checks as `systole run`.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "models/accelerator.h"
#include "sim/mapping/mapping.h"
#include "sim/run/counters.h"
#include "sim/run/plan.h"

namespace systole::test {

/// Options as `systole run --audit` makes them from an architecture, priced with the default table.
RunOptions options_for(const AcceleratorParams& params);

/// An array with three buffers alike and an odd number of vector lanes.
AcceleratorParams machine(uint32_t rows, uint32_t cols, const MmaParams& mma, Interconnect interconnect,
                          bool overlap, const BufferParams& buffer);

/// The first algorithm that takes the layer and can map it, beginning with the `first`-th of the registry;
/// else the registry's first.
std::string algorithm_for(Layer layer, const RunOptions& options, size_t first);

struct LayerRun {
  Mapping mapping;
  MachineStats stats;
  std::vector<uint8_t> output;
  std::array<uint64_t, kBufferCount + 1> memory{};  ///< a hash of what each space holds in the end
  nlohmann::ordered_json results;                   ///< the layer's entry in results.json
  std::string failure;                              ///< why the check failed; else empty
};

/// Throws what plan_layer(), simulate_layer() and report_layer() throw: among others MachineError for a
/// broken invariant.
LayerRun run_layer(Accelerator& machine, const RunOptions& options, const Layer& layer);

/// The layer's name, counters and output, for comparisons across processes.
nlohmann::ordered_json record_of(const Layer& layer, const LayerRun& run);

}  // namespace systole::test
