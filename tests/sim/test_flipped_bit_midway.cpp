// One bit of one SRAM word flips while the program runs, and the check says where.
#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "sim/run/simulate_layer.h"
#include "tests/sim/layer_fixture.h"
#include "tests/unit/reference_cases.h"

namespace systole::test {
namespace {

/// Lets everything ahead of the program's first Op finish, then calls `strike`, then goes on.
template <class Op>
class StrikingSource : public InstructionSource {
 public:
  StrikingSource(std::unique_ptr<InstructionSource> program, std::function<void()> strike)
      : program_(std::move(program)), strike_(std::move(strike)) {}

  bool next(Instruction& instruction) override {
    if (held_) {
      strike_();
      instruction = *held_;
      held_.reset();
      return true;
    }
    if (!program_->next(instruction)) return false;
    if (!struck_ && std::holds_alternative<Op>(instruction.op)) {
      struck_ = true;
      held_ = instruction;
      instruction = {{}, Barrier{}};
    }
    return true;
  }

 private:
  std::unique_ptr<InstructionSource> program_;
  std::function<void()> strike_;
  std::optional<Instruction> held_;
  bool struck_ = false;
};

AcceleratorParams params() {
  AcceleratorParams p;
  p.pe_array.rows = p.pe_array.cols = 4;
  p.buffers.fill({4096, 4, 1, 64, 2});
  return p;
}

constexpr uint32_t kM = 11, kN = 13, kK = 17;

class Victim {
 public:
  Victim() : machine_(params()), options_(options_for(params())) {
    layer_.algorithm = "direct";
    clean_ = run_layer(machine_, options_, layer_);
  }

  const LayerRun& clean() const { return clean_; }
  TensorData data() const { return make_tensors(layer_, make_problem(layer_), options_.seed); }

  /// Flips the highest bit of the exponent of the word `value` in `buffer` just before the first Op.
  template <class Op>
  LayerReport strike(Space buffer, const uint8_t* value) {
    PlannedLayer planned = plan_layer(options_, layer_);
    const uint64_t size = options_.arch.params.buffers[static_cast<size_t>(buffer)].size;
    bool found = false;
    const auto flip = [&] {
      uint8_t* bytes = machine_.buffer_bytes(buffer);
      uint8_t* at = std::search(bytes, bytes + size, value, value + 4);
      found = at != bytes + size;
      if (found) at[3] ^= 0x40;
    };
    planned.lowered.program = [own = planned.lowered.program, flip] {
      return std::make_unique<StrikingSource<Op>>(own(), flip);
    };
    SimulatedLayer simulated = simulate_layer(machine_, planned, options_);
    REQUIRE(found);
    return report_layer(std::move(simulated), planned, options_);
  }

 private:
  Layer layer_ = gemm_layer("victim", {1, kM, kN, kK, false, true});
  Accelerator machine_;
  RunOptions options_;
  LayerRun clean_;
};

void check_found(const LayerReport& report, const std::string& extent) {
  CHECK(report.results["check"]["status"] == "fail");
  CHECK_THAT(report.failure, Catch::StartsWith(extent + " of 143 outputs differ"));
  REQUIRE(report.results["check"]["worst_index"].size() == 3);
}

}  // namespace

TEST_CASE("a bit of the input, weight or output buffer flips while the program runs", "[check]") {
  Victim victim;
  REQUIRE(victim.clean().failure == "");
  const TensorData data = victim.data();

  const LayerReport input =
      victim.strike<MatMul>(Space::input, &data.input[4 * (7 * kK + 3)]);  // A[7][3]: row 7
  check_found(input, "13");
  CHECK(input.results["check"]["worst_index"][1] == 7);

  const LayerReport weight =
      victim.strike<MatMul>(Space::weight, &data.weight[4 * (5 * kK + 16)]);  // B[16][5]
  check_found(weight, "11");
  CHECK(weight.results["check"]["worst_index"][2] == 5);

  const LayerReport output =
      victim.strike<Store>(Space::output, &victim.clean().output[4 * (9 * kN + 2)]);  // D[9][2]
  check_found(output, "1");
  CHECK(output.results["check"]["worst_index"] == nlohmann::ordered_json{0, 9, 2});
}

}  // namespace systole::test
