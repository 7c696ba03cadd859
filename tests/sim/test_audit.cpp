// --audit on the machine: it changes nothing, and refuses what one run's latencies would let pass.
#include <catch2/catch.hpp>
#include <memory>

#include "sim/run/simulate_layer.h"
#include "tests/sim/layer_fixture.h"
#include "tests/unit/reference_cases.h"

namespace systole::test {
namespace {

AcceleratorParams params() {
  AcceleratorParams p;
  p.pe_array.rows = p.pe_array.cols = 4;
  p.buffers.fill({2048, 4, 1, 64, 2});
  return p;
}

/// A program whose `at`-th instruction does not wait.
class ImpatientSource : public InstructionSource {
 public:
  ImpatientSource(std::unique_ptr<InstructionSource> program, uint64_t at)
      : program_(std::move(program)), at_(at) {}
  bool next(Instruction& instruction) override {
    if (!program_->next(instruction)) return false;
    if (number_++ == at_) instruction.wait = {};
    return true;
  }

 private:
  std::unique_ptr<InstructionSource> program_;
  uint64_t at_, number_ = 0;
};

class Impatient {
 public:
  explicit Impatient(const Layer& layer)
      : layer_(layer), machine_(params()), options_(options_for(params())) {}

  uint64_t instructions() { return run(~uint64_t{0}, true).host.audit.value().instructions; }

  /// What is said of the layer's program when one instruction does not wait; empty when it runs.
  std::string complaint(uint64_t at, bool audit) {
    try {
      run(at, audit);
      return {};
    } catch (const MachineError& error) {
      return error.what();
    }
  }

 private:
  SimulatedLayer run(uint64_t at, bool audit) {
    options_.audit = audit;
    PlannedLayer planned = plan_layer(options_, layer_);
    planned.lowered.program = [own = planned.lowered.program, at] {
      return std::make_unique<ImpatientSource>(own(), at);
    };
    return simulate_layer(machine_, planned, options_);
  }

  Layer layer_;
  Accelerator machine_;
  RunOptions options_;
};

}  // namespace

TEST_CASE("an audit finds the wait that is missing where the latencies of the run stand in for it",
          "[audit]") {
  Layer layer = gemm_layer("gemm", {1, 24, 24, 24, false, true});
  layer.algorithm = "direct";
  Impatient impatient(layer);
  const uint64_t instructions = impatient.instructions();
  REQUIRE(instructions > 20);
  uint64_t refused = 0, in_time = 0;
  for (uint64_t at = 0; at < instructions; ++at) {
    const std::string by_audit = impatient.complaint(at, true), by_time = impatient.complaint(at, false);
    INFO("instruction " << at << ": " << by_time);
    if (!by_time.empty()) CHECK(by_audit != "");
    refused += !by_audit.empty();
    in_time += !by_audit.empty() && by_time.empty();
    if (by_audit.empty()) continue;
    CHECK_THAT(by_audit, Catch::Contains("no token orders two instructions") && Catch::Contains("(cycle "));
  }
  CHECK(refused > 20);
  CHECK(in_time > 5);
}

TEST_CASE("an audited run is the run that it audits", "[audit]") {
  Layer layer = gemm_layer("gemm", {1, 24, 24, 24, false, true});
  layer.algorithm = "direct";
  RunOptions options = options_for(params());
  Accelerator machine(params());
  options.audit = true;
  const LayerRun audited = run_layer(machine, options, layer);
  options.audit = false;
  const LayerRun plain = run_layer(machine, options, layer);
  CHECK(record_of(layer, audited) == record_of(layer, plain));
  CHECK(audited.results == plain.results);
}

}  // namespace systole::test
