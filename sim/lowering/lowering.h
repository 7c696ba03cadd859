#pragma once
// Layer + mapping -> instruction stream. One file an algorithm; the machine never sees which one it was.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/accelerator_params.h"
#include "models/isa.h"
#include "sim/lowering/accumulation_order.h"
#include "sim/lowering/dram_layout.h"
#include "sim/lowering/stage/stage.h"
#include "sim/mapping/bounds.h"
#include "sim/mapping/mapping.h"
#include "sim/workload/problem.h"

namespace systole {

/// With residency sram, a box to be copied by the host between DRAM image and buffers before the first /
/// after the last cycle.
struct HostCopies {
  std::vector<Move> preload, readback;
};

/// Bytes that an algorithm wants in DRAM beside the layer's tensors.
struct Constant {
  uint64_t base = 0;
  std::vector<uint8_t> bytes;
};

/// Begins a program anew each time it is called.
using ProgramMaker = std::function<std::unique_ptr<InstructionSource>()>;

/// A plan: it can be copied, and its program be run as often as wanted.
struct LoweredLayer {
  DramLayout layout;
  std::vector<Constant> constants;
  HostCopies host_copies;
  AccumulationOrder order;    ///< of an algorithm that multiplies as it is
  std::vector<Stage> stages;  ///< of one that works in stages: what they compute, in order
  size_t prepared = 0;        ///< so many of the first stages are done ahead of time, by the host
  /// Where stages name tensors that exist on chip only: the DRAM that holds them all.
  uint64_t reference_bytes = 0;
  Mapping mapping;
  std::vector<std::string> explanation;  ///< as Algorithm::explain gives it, where it costs nothing here
  LayerBounds bounds;
  uint64_t planned_macs = 0;
  uint64_t workspace_bytes = 0;  ///< of DRAM for what is neither a tensor of the layer nor spilled sums
  ProgramMaker program;
};

/// The formats inside an algorithm.
struct InnerFormats {
  ProductFormats products;  ///< of the products on the array
  std::optional<LaneNumber>
      transforms;  ///< what the vector unit's lane programs compute in, if there are any
};
/// Of a layer that was lowered from `formats`.
InnerFormats inner_formats(const LoweredLayer& lowered, const LayerFormats& formats);

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
  /// The keys of a layer that it has a use for, of those that not every algorithm has
  /// (sim/lowering/options.h).
  std::vector<std::string> options;
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
