// Layers that differ in nothing that takes time are timed once, and an audit tells where that would be wrong.
#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <memory>

#include "sim/run/equal_layers.h"
#include "sim/run/pool.h"
#include "sim/run/run.h"
#include "tests/sim/layer_fixture.h"
#include "tests/unit/activations.h"
#include "tests/unit/reference_cases.h"

namespace systole::test {
namespace {

Layer conv() {
  Layer layer = conv_layer("conv", {1, 1, 8, 9, 9, 12, 3, 3, {1, 1}, {1, 1}, {1, 1, 1, 1}});
  layer.algorithm = "direct";
  return layer;
}

Layer named(Layer layer, const std::string& name) {
  layer.name = name;
  return layer;
}

AcceleratorParams params() {
  AcceleratorParams p;
  p.pe_array.rows = p.pe_array.cols = 4;
  p.buffers.fill({2048, 4, 1, 64, 2});
  return p;
}

RunOptions options_of(std::vector<Layer> layers) {
  RunOptions options = options_for(params());
  options.audit = false;
  options.workload.layers = std::move(layers);
  return options;
}

const PoolEvents kNobody = {[](size_t) {}, [](size_t) {}, [] {}};

struct Change {
  const char* what;
  std::function<void(Layer&)> make;
};

/// The equal of each layer of a plan, by name; "": none.
std::vector<std::string> equals(const RunOptions& options) {
  std::vector<std::string> names;
  for (const PlannedLayer& planned : plan(options).layers)
    names.push_back(planned.equal ? planned.equal->name : "");
  return names;
}

/// A program whose loads are changed.
class Misled : public InstructionSource {
 public:
  Misled(std::unique_ptr<InstructionSource> program, std::function<void(Load&)> mislead)
      : program_(std::move(program)), mislead_(std::move(mislead)) {}
  bool next(Instruction& instruction) override {
    if (!program_->next(instruction)) return false;
    if (auto* load = std::get_if<Load>(&instruction.op)) mislead_(*load);
    return true;
  }

 private:
  std::unique_ptr<InstructionSource> program_;
  std::function<void(Load&)> mislead_;
};

/// What an audit of two equal layers says when the second one's loads are not the first one's.
std::string complaint(const std::function<void(Load&)>& mislead) {
  RunOptions options = options_of({named(conv(), "one"), named(conv(), "two")});
  options.audit = true;
  RunPlan planned = plan(options);
  planned.layers[1].lowered.program = [own = planned.layers[1].lowered.program, mislead] {
    return std::make_unique<Misled>(own(), mislead);
  };
  try {
    simulate_layers(options, planned.layers, kNobody);
    return "";
  } catch (const InternalError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("whatever planning looks at tells layers apart", "[equal]") {
  const std::vector<Change> changes = {
      {"type", [](Layer& l) { l.type = LayerType::fc; }},
      {"channels", [](Layer& l) { l.conv.C = 9; }},
      {"stride",
       [](Layer& l) {
         l.conv.stride = {1, 2};
       }},
      {"dilation",
       [](Layer& l) {
         l.conv.dilation = {2, 1};
       }},
      {"pad",
       [](Layer& l) {
         l.conv.pad = {1, 1, 1, 0};
       }},
      {"gemm", [](Layer& l) { l.gemm.transpose_b = true; }},
      {"format", [](Layer& l) { l.format = Format::int8; }},
      {"bias", [](Layer& l) { l.bias = true; }},
      {"relu", [](Layer& l) { l.activation = relu(); }},
      {"scale", [](Layer& l) { l.scale = 0.5F; }},
      {"another scale", [](Layer& l) { l.scale = 0.25F; }},
      {"algorithm", [](Layer& l) { l.algorithm = "winograd"; }},
      {"dataflow", [](Layer& l) { l.dataflow = Dataflow::input_stationary; }},
      {"halo", [](Layer& l) { l.halo = Halo::refetch; }},
      {"tile_m", [](Layer& l) { l.mapping.tile_m = 9; }},
      {"tile_n", [](Layer& l) { l.mapping.tile_n = 9; }},
      {"order",
       [](Layer& l) {
         l.mapping.order = {GemmDim::n, GemmDim::m, GemmDim::k};
       }},
      {"another order",
       [](Layer& l) {
         l.mapping.order = {GemmDim::m, GemmDim::n, GemmDim::k};
       }},
      {"weights", [](Layer& l) { l.transform.pretransformed = true; }},
      {"winograd.m", [](Layer& l) { l.transform.winograd_m = 2; }},
      {"fft.n", [](Layer& l) { l.transform.fft_n = 2; }},
  };
  std::vector<std::vector<int64_t>> keys = {plan_key(conv())};
  for (const Change& change : changes) {
    Layer layer = conv();
    change.make(layer);
    const std::vector<int64_t> key = plan_key(layer);
    INFO(change.what);
    CHECK(std::count(keys.begin(), keys.end(), key) == 0);
    keys.push_back(key);
  }
}

TEST_CASE("names, numbers and how often a layer counts tell no plans apart", "[equal]") {
  const std::vector<Change> changes = {
      {"name", [](Layer& l) { l.name = "other"; }},
      {"data", [](Layer& l) { l.data.kind = DataKind::integers; }},
      {"a file", [](Layer& l) { l.data.weight.file = "weight.npy"; }},
      {"repeat", [](Layer& l) { l.repeat = 3; }},
      {"objective", [](Layer& l) { l.objective = AlgorithmObjective::edp; }},
  };
  for (const Change& change : changes) {
    Layer layer = conv();
    change.make(layer);
    INFO(change.what);
    CHECK(plan_key(layer) == plan_key(conv()));
  }
}

TEST_CASE("a layer takes the time of the first equal one, unless its own is shown or its values moved",
          "[equal]") {
  Layer strided = named(conv(), "strided");
  strided.conv.stride = {2, 2};
  RunOptions options =
      options_of({named(conv(), "a"), strided, named(conv(), "b"), named(strided, "c"), named(conv(), "d")});
  const std::vector<std::string> expected = {"", "", "a", "strided", "a"}, none(5);
  CHECK(equals(options) == expected);
  options.audit = true;
  CHECK(equals(options) == expected);
  options.trace = TraceOptions{};
  CHECK(equals(options) == none);
  options.trace.reset();
  options.stepping = Stepping::exact;
  CHECK(equals(options) == none);
  options.stepping = Stepping::block;
  options.tamper = [](Accelerator&) {};
  CHECK(equals(options) == none);
}

TEST_CASE("a run that times equal layers once is the run that times them all", "[equal]") {
  std::vector<Layer> layers;
  for (Format format : {Format::fp32, Format::int8}) {
    for (const char* name : {"one", "two", "three"}) {
      Layer layer = conv();
      layer.algorithm = kAllAlgorithms;
      layer.format = format;
      layer.bias = true;
      layer.name = std::string(name) + (format == Format::fp32 ? "" : "_int8");
      layers.push_back(layer);
    }
  }
  layers[2].data.kind = DataKind::integers;
  layers[1].repeat = 5;
  RunOptions options = options_of(layers);
  const auto outcome = [&options] {
    RunPlan planned = plan(options);
    RunOutcome run = simulate(options, planned, kNobody);
    CHECK(run.failures.empty());
    return std::pair(run.results, run.host);
  };
  const auto [results, host] = outcome();
  const auto simulations = host["totals"]["layers"].get<uint64_t>();
  CHECK(host["totals"]["timed_layers"] == simulations / 3);
  for (const char* variant : {"audit", "exact", "jobs"}) {
    options.audit = variant == std::string("audit");
    options.stepping = variant == std::string("exact") ? Stepping::exact : Stepping::block;
    options.jobs = variant == std::string("jobs") ? 3 : 1;
    INFO(variant);
    const auto [same, of_host] = outcome();
    CHECK(same.dump() == results.dump());
    CHECK(of_host["totals"]["timed_layers"] == (options.jobs == 3 ? simulations / 3 : simulations));
  }
}

TEST_CASE("the values of a layer that takes another's time are its own", "[equal]") {
  RunOptions options = options_of({named(conv(), "one"), named(conv(), "two")});
  const RunPlan planned = plan(options);
  const auto output = [&](const PlannedLayer& layer, const MachineStats* timed, Accelerator& machine) {
    SimulatedLayer simulated = simulate_layer(machine, layer, options, timed);
    const LayerReport report = report_layer(std::move(simulated), layer, options);
    CHECK(report.results["check"]["status"] == "pass");
    return report.results;
  };
  Accelerator machine(params());
  const MachineStats timed = simulate_layer(machine, planned.layers[0], options).stats;
  CHECK(output(planned.layers[1], &timed, machine) == output(planned.layers[1], nullptr, machine));
  // The check looks at what the program leaves behind: another layer's program leaves another output.
  PlannedLayer misled = planned.layers[1];
  misled.lowered.program = [own = misled.lowered.program] {
    return std::make_unique<Misled>(own(), [](Load& load) { load.move.from.base ^= 4; });
  };
  SimulatedLayer simulated = simulate_layer(machine, misled, options, &timed);
  CHECK(report_layer(std::move(simulated), misled, options).results["check"]["status"] == "fail");
}

TEST_CASE("an audit names the equal layer and the first instruction that differs", "[equal]") {
  CHECK(complaint([](Load&) {}) == "");
  const std::string elsewhere = complaint([](Load& load) { load.move.from.base += 4; });
  CHECK_THAT(elsewhere, Catch::StartsWith("layer 'two': audited against the equal layer 'one': instruction 0 "
                                          "(load, tile 0/0/0") &&
                            Catch::EndsWith(" differs"));
}

TEST_CASE("an audit compares every counter", "[equal]") {
  RunOptions options = options_of({named(conv(), "one"), named(conv(), "two")});
  const RunPlan planned = plan(options);
  Accelerator machine(params());
  const MachineStats stats = simulate_layer(machine, planned.layers[0], options).stats;
  const auto differing = [&](const std::function<void(MachineStats&)>& change) {
    MachineStats other = stats;
    change(other);
    try {
      compare_equal(planned.layers[1], other, planned.layers[0], stats);
      return std::string();
    } catch (const MachineError& error) {
      return std::string(error.what());
    }
  };
  CHECK(differing([](MachineStats&) {}) == "");
  CHECK_THAT(differing([](MachineStats& s) { ++s.cycles; }),
             Catch::Contains("the equal layer 'one': counter /cycles is"));
  CHECK_THAT(differing([](MachineStats& s) { ++s.buffers[1].reads_by_tensor[0]; }),
             Catch::Contains("counter /sram/weight/reads_by_tensor/input is 1, there 0"));
  CHECK_THAT(differing([](MachineStats& s) { ++s.vector.int32.other; }),
             Catch::Contains("counter /vector_unit/int32/other"));
  CHECK_THAT(differing([](MachineStats& s) { s.barriers.push_back(7); }),
             Catch::Contains("counter /barriers"));
  CHECK_THAT(differing([](MachineStats& s) { s.dram.channels.emplace_back().merged = 1; }),
             Catch::Contains("counter /dram/channels/"));
}

}  // namespace systole::test
