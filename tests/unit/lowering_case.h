#pragma once
// Lowers a layer, executes the program and compares with plain loops that follow the stated
// AccumulationOrder.
#include <string>

#include "isa_interpreter.h"
#include "sim/lowering/lowering.h"

namespace systole::test {

struct LoweringCase {
  Layer layer;
  AcceleratorParams arch;
  Dataflow dataflow = Dataflow::output_stationary;
  std::string algorithm = "direct";
  Residency residency = Residency::dram;
  std::string describe() const;
};

/// The first algorithm that takes the case, beginning with the `first`-th of the registry.
std::string algorithm_for(const LoweringCase& lowering_case, size_t first);

struct CaseResult {
  Mapping mapping;
  ProgramCounts counts;
  Bytes output, expected;
  bool in_stages = false;  ///< then the mapping is one product's, not the layer's
  uint64_t planned_macs = 0;
};

/// The layer's output by plain loops, in the order given.
Bytes expected_output(const Problem& problem, const AccumulationOrder& order, const Bytes& input,
                      const Bytes& weight, const Bytes& bias);

/// Seeded operands; `schedules` different interleavings of the units, all of which must give the same output.
CaseResult run_case(const LoweringCase& lowering_case, uint32_t seed, int schedules = 2);

/// The same, carried out by the machine's executor in program order; `output` and `expected` alone.
CaseResult execute_case(const LoweringCase& lowering_case, uint32_t seed);

/// A small machine: rows x cols PEs of the given MMA, buffers of so many bytes.
AcceleratorParams small_machine(uint32_t rows, uint32_t cols, MmaParams mma, uint64_t buffer_bytes);

Layer conv_layer(const ConvShape& shape);
Layer gemm_layer(const GemmShape& shape);

}  // namespace systole::test
