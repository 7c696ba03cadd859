#pragma once
// Layer + mapping -> instruction stream. One file an algorithm; the machine never sees which one it was.
#include <memory>
#include <string>
#include <vector>

#include "models/accelerator_params.h"
#include "models/isa.h"
#include "sim/lowering/accumulation_order.h"
#include "sim/mapping/mapping.h"
#include "sim/workload/problem.h"

namespace systole {

/// Where the tensors of a layer lie in DRAM; bases are multiples of 4096.
struct DramLayout {
  uint64_t input = 0, weight = 0, bias = 0, output = 0, psum = 0, total_bytes = 0;
};

/// With residency sram, a box to be copied by the host between DRAM image and buffers before the first /
/// after the last cycle.
struct HostCopies {
  std::vector<Move> preload, readback;
};

struct LoweredLayer {
  DramLayout layout;
  HostCopies host_copies;
  AccumulationOrder order;
  Mapping mapping;
  uint64_t planned_macs = 0;
  uint64_t workspace_bytes = 0;  ///< of DRAM for what is neither a tensor of the layer nor spilled sums
  std::unique_ptr<InstructionSource> program;
};

struct LoweringRequest {
  const Layer& layer;
  const AcceleratorParams& arch;
  Dataflow dataflow;
  Residency residency = Residency::dram;
};

/// One convolution (or gemm) algorithm.
struct Algorithm {
  const char* name;
  const char* summary;
  /// Why this algorithm does not take this layer; empty: it does.
  std::string (*declines)(const LoweringRequest& request);
  /// Throws MappingError when no legal mapping exists or the requested one is illegal.
  LoweredLayer (*lower)(const LoweringRequest& request);
  /// The mapping that lower() takes, and why, a line each. Throws MappingError as lower() does.
  std::vector<std::string> (*explain)(const LoweringRequest& request);
};

/// The ordered registry.
const std::vector<Algorithm>& algorithms();
const Algorithm* find_algorithm(const std::string& name);

}  // namespace systole
