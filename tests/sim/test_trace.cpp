// A trace changes nothing of what it watches, and says the same however the machine is stepped.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>

#include "models/kernel/link_stalls.h"
#include "sim/config/names.h"
#include "sim/report/trace/trace.h"
#include "sim/run/simulate_layer.h"
#include "tests/sim/child_process.h"
#include "tests/sim/layer_fixture.h"
#include "tests/sim/random_machines.h"

namespace systole::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// A directory of one's own, gone at the end.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (fs::temp_directory_path() / "systole-trace-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Scratch() { fs::remove_all(path_); }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string trace_of(const RunOptions& options, const Layer& layer) {
  TracedRun run{"test", options.arch.params, options.energy.unit, {{0, layer.name, layer.algorithm, 0, {}}}};
  write_trace(*options.trace, run);
  std::ifstream file(options.trace->directory / name_of(kTraceFileNames, options.trace->kind));
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Counters, outputs and traces of layers on one random machine; the window is drawn as well.
Json run_random(uint32_t seed, uint32_t stalls, Stepping stepping, std::optional<TraceKind> kind) {
  LinkStalls::configure(seed, stalls);
  Draw draw(seed);
  const AcceleratorParams params = random_machine(draw);
  RunOptions options = options_for(params);
  const Scratch scratch;
  Accelerator machine(params, stepping);
  Json records = Json::array();
  for (uint32_t i = 0; i < 8; ++i) {
    Layer layer = random_layer(draw, i);
    layer.algorithm = algorithm_for(layer, options, draw(0, 1000));
    const Cycle begin = draw(0, 2) == 0 ? draw(0, 2000) : 0;
    const Cycle end = draw(0, 2) == 0 ? begin + draw(1, 2000) : kNever;
    const uint32_t most = draw(0, 2) == 0 ? draw(1, 200) : 1000000;
    if (kind) options.trace = TraceOptions{*kind, begin, end, scratch.path(), most, most};
    try {
      records.push_back({record_of(layer, run_layer(machine, options, layer)), ""});
      if (kind) records.back()[1] = trace_of(options, layer);
    } catch (const UserError& error) {
      records.push_back({error.what(), ""});
    }
  }
  return records;
}

void check_random(uint32_t first, uint32_t stalls, TraceKind kind) {
  for (uint32_t seed = first; seed < first + 25; ++seed) {
    const auto run = [&](Stepping stepping, std::optional<TraceKind> traced) {
      return in_child([=] { return run_random(seed, stalls, stepping, traced); });
    };
    const Json plain = run(Stepping::block, std::nullopt), block = run(Stepping::block, kind);
    const Json exact = run(Stepping::exact, kind);
    REQUIRE(plain.size() == block.size());
    for (std::size_t i = 0; i < plain.size(); ++i) {
      INFO("machine " << seed << ", layer " << i);
      CHECK(plain[i][0] == block[i][0]);
      CHECK((block[i][1] == exact[i][1]));
      CHECK((block[i][0].is_string() || !block[i][1].get<std::string>().empty()));
    }
  }
}

}  // namespace

TEST_CASE("trace: what is too much is left out, and said") {
  const auto run = [](TraceKind kind, std::size_t most) {
    const Scratch scratch;
    const AcceleratorParams params = machine(2, 2, {}, Interconnect::systolic, true, {1024, 2, 1, 64, 2});
    RunOptions options = options_for(params);
    options.trace = TraceOptions{kind, 0, kNever, scratch.path(), most, most};
    Accelerator accelerator(params);
    TracedRun traced{"test", params, options.energy.unit, {}};
    for (uint32_t m : {64, 2}) {
      Layer layer;
      layer.name = "m" + std::to_string(m);
      layer.type = LayerType::gemm;
      layer.gemm = {1, m, 8, 4, false, false};
      layer.algorithm = "direct";
      layer.mapping.tile_m = 2;
      PlannedLayer planned = plan_layer(options, layer);
      planned.number = traced.layers.size();
      report_layer(simulate_layer(accelerator, planned, options), planned, options);
      traced.layers.push_back({traced.layers.size(), layer.name, layer.algorithm, 0, {}});
    }
    const std::vector<std::string> left_out = write_trace(*options.trace, traced);
    std::ifstream file(scratch.path() / name_of(kTraceFileNames, kind));
    return Json{left_out, std::string{std::istreambuf_iterator<char>(file), {}}};
  };
  for (TraceKind kind : {TraceKind::perfetto, TraceKind::vcd}) {
    const Json whole = in_child([&] { return run(kind, 100000); });
    const Json cut = in_child([&] { return run(kind, 100); });
    CHECK(whole[0].empty());
    REQUIRE(cut[0].size() == 1);
    const auto line = cut[0][0].get<std::string>(), text = cut[1].get<std::string>();
    CHECK(line.rfind("left out of m64: the ", 0) == 0);
    CHECK(text.size() < whole[1].get<std::string>().size());
    if (kind == TraceKind::vcd) continue;
    std::map<std::string, int> operations;
    uint64_t last = 0;
    const Json timeline = Json::parse(text);
    for (const Json& event : timeline["traceEvents"]) {
      if (event["ph"] != "X" || !event["args"].contains("layer")) continue;
      ++operations[event["args"]["layer"]];
      if (event["args"]["layer"] == "m64") last = event["ts"];
    }
    CHECK(operations["m64"] + operations["m2"] <= 100);
    CHECK(operations["m64"] > 80);
    CHECK(operations["m2"] ==
          12);  // issued, done and, but for the MatMul, by the DRAM: 2 loads, a MatMul, a store
    const uint64_t kept_end = timeline["traceEvents"][0]["args"]["operations_end"];
    CHECK(last < kept_end);
    CHECK(line.find("--trace-window " + std::to_string(kept_end) + ":") != std::string::npos);
  }
}

TEST_CASE("trace: timelines of random machines") { check_random(3000, 0, TraceKind::perfetto); }
TEST_CASE("trace: timelines with links that stall") { check_random(4000, 150, TraceKind::perfetto); }
TEST_CASE("trace: waves of random machines") { check_random(5000, 0, TraceKind::vcd); }
TEST_CASE("trace: waves with links that stall") { check_random(6000, 150, TraceKind::vcd); }

}  // namespace systole::test
