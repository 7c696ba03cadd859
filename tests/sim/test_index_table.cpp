// What implicit gemm costs with its index computed, and with a table of offsets: by hand.
#include <catch2/catch.hpp>
#include <cstring>

#include "tests/sim/child_process.h"
#include "tests/sim/layer_fixture.h"
#include "tests/sim/machine_fixture.h"
#include "tests/sim/stepping_under_test.h"
#include "tests/unit/reference_cases.h"

namespace systole::test {
namespace {

/// A window of 2x2 over 3x3 pixels of two channels, three filters: m = 4, n = 3, k = 8, all of it on chip.
MatMul window(Dataflow dataflow, Indexing indexing) {
  constexpr int64_t kElement = 4, kPixel = 2 * kElement, kRow = 3 * kPixel;
  MatMul op;
  op.dataflow = dataflow;
  op.indexing = indexing;
  op.input.lane = {{{1, 0}, {2, kRow}, {2, kPixel}}};
  op.input.k = {{{2, kRow}, {2, kPixel}, {2, kElement}}};
  op.weight.buffer = Space::weight;
  op.weight.lane[2] = {3, 8 * kElement};
  op.weight.k = {{{2, 2 * kPixel}, {2, kPixel}, {2, kElement}}};
  op.result.m = {{{1, 0}, {2, 2 * 12}, {2, 12}}};
  op.result.n = {3, 4};
  return op;
}

/// The table of that window's offsets, one of them wrong if `wrong` is one of k.
void put_table(uint8_t* at, int32_t wrong) {
  for (int32_t k = 0; k < 8; ++k) {
    const int32_t offset = k / 4 * 24 + k / 2 % 2 * 8 + k % 2 * 4 + (k == wrong ? 4 : 0);
    std::memcpy(at + k * sizeof offset, &offset, sizeof offset);
  }
}

}  // namespace

TEST_CASE("an index is computed for every element, or read for every k of a fold") {
  const AcceleratorParams params = machine(1, 1, {}, Interconnect::systolic, true, {4096, 16, 1, 64, 2});
  Accelerator one(params);
  const RunOptions options = options_for(params);
  // A 2x2 filter over 3x3 pixels of two channels: four outputs, k = 8. On one PE each output is a fold.
  Layer layer = conv_layer("window", {1, 1, 2, 3, 3, 1, 2, 2}, Format::fp32);
  constexpr uint64_t kFolds = 4, kDepth = 8;

  layer.algorithm = "implicit_gemm";
  const LayerRun computed = run_layer(one, options, layer);
  CHECK(computed.failure == "");
  CHECK(computed.stats.array.index.divmods == 4 * kFolds * kDepth);
  CHECK(computed.stats.array.index.multiplies == 4 * kFolds * kDepth);
  CHECK(computed.stats.array.index.adds == 4 * kFolds * kDepth);

  layer.algorithm = "implicit_precomp_gemm";
  const LayerRun table = run_layer(one, options, layer);
  CHECK(table.failure == "");
  CHECK(table.stats.array.index.divmods == 0);
  CHECK(table.stats.array.index.multiplies == 0);
  CHECK(table.stats.array.index.adds == 0);
  const auto index = static_cast<size_t>(Tensor::index);
  CHECK(table.stats.load.bytes[index] == 4 * kDepth);
  CHECK(table.stats.buffers[0].reads_by_tensor[index] == kFolds * kDepth / 2);  // two offsets a word
  CHECK(computed.stats.buffers[0].reads_by_tensor[index] == 0);
  CHECK(table.stats.array.multiplies == computed.stats.array.multiplies);
  CHECK(table.output == computed.output);
}

// The same four outputs on four PEs in a column are one fold of 8 waves, of 4 addresses each. At 2 addresses
// a cycle each wave enters a cycle later than its predecessor lets it: 8 cycles in all, which no bank is to
// blame for. 3 are no better than 2, and 4 are enough; loops count without a generator.
TEST_CASE("a generator of addresses that is too slow holds the array up") {
  AcceleratorParams params = machine(4, 1, {}, Interconnect::systolic, true, {4096, 16, 1, 64, 2});
  Layer layer = conv_layer("window", {1, 1, 2, 3, 3, 1, 2, 2}, Format::fp32);
  const auto run_at = [&](uint32_t rate, const char* algorithm) {
    params.feeder.index_rate = rate;
    layer.algorithm = algorithm;
    return in_child([&] {
      Accelerator machine(params, stepping_under_test());
      const LayerRun run = run_layer(machine, options_for(params), layer);
      return nlohmann::ordered_json{
          {"failure", run.failure},
          {"cycles", run.stats.cycles},
          {"wait_input", run.stats.array.cycles[static_cast<size_t>(Activity::wait_input)]},
          {"conflicts", run.stats.buffers[0].conflict_cycles}};
    });
  };
  const auto full = run_at(0, "implicit_gemm");
  CHECK(full["failure"] == "");
  CHECK(full["conflicts"] == 0);
  for (const uint32_t rate : {1U, 2U, 3U, 4U}) {
    INFO(rate << " addresses a cycle");
    const auto limited = run_at(rate, "implicit_gemm");
    const uint64_t more = rate == 1 ? 3 * 8 : rate < 4 ? 8 : 0;
    CHECK(limited["failure"] == "");
    CHECK(limited["cycles"] == full["cycles"].get<uint64_t>() + more);
    CHECK(limited["wait_input"] == full["wait_input"].get<uint64_t>() + more);
    CHECK(limited["conflicts"] == 0);
    CHECK(run_at(rate, "direct") == run_at(0, "direct"));
  }
}

// One fold on 9 rows of 5 columns. Weight-stationary, the input streams: 4 waves, each of 8 addresses, enter
// ceil(8 / rate) cycles apart. Input-stationary, it is held: of mma.k 1, 8 rows of PEs take 4 addresses each,
// of mma.k 2, 4 rows take 8, one row after ceil(4 or 8 / rate) cycles; the rows left over hold fill, which
// has no address, and the 3 waves of weights wait for nothing. At full rate a wave enters, and a row is
// taken, every cycle. What is more than that, the array waits for its input and no bank is to blame.
TEST_CASE("a slow generator holds up the input, whether it streams or is held") {
  struct Case {
    Dataflow dataflow;
    uint32_t depth;
    uint64_t steps, addresses;
  };
  const auto run_at = [](const Case& c, uint32_t rate) {
    return in_child([&] {
      AcceleratorParams params = roomy(9, 5);
      params.pe_array.mma.k = c.depth;
      params.feeder.index_rate = rate;
      Accelerator machine(params, stepping_under_test());
      machine.reset(0);
      ListSource program({{{}, window(c.dataflow, Indexing::computed)}});
      const MachineStats stats = machine.run(program);
      return nlohmann::ordered_json{
          {"cycles", stats.cycles},
          {"wait_input", stats.array.cycles[static_cast<size_t>(Activity::wait_input)]},
          {"conflicts", stats.buffers[0].conflict_cycles + stats.buffers[1].conflict_cycles},
          {"divmods", stats.array.index.divmods}};
    });
  };
  for (const Case& c :
       {Case{Dataflow::weight_stationary, 1, 4, 8}, Case{Dataflow::weight_stationary, 2, 4, 8},
        Case{Dataflow::input_stationary, 1, 8, 4}, Case{Dataflow::input_stationary, 2, 4, 8}}) {
    const auto full = run_at(c, 0);
    for (const uint32_t rate : {1U, 2U, 3U, 4U, 5U, 7U, 8U}) {
      INFO(traits_of(c.dataflow).name << ", mma.k " << c.depth << ", " << rate << " addresses a cycle");
      const auto limited = run_at(c, rate);
      const uint64_t more = c.steps * ((c.addresses + rate - 1) / rate - 1);
      CHECK(limited["cycles"] == full["cycles"].get<uint64_t>() + more);
      CHECK(limited["wait_input"] == full["wait_input"].get<uint64_t>() + more);
      CHECK(limited["conflicts"] == 0);
      CHECK(limited["divmods"] == 4 * 4 * 8);  // 4 lanes by 8 of k
    }
  }
}

// On four rows k takes two folds of a held operand, and each reads its half of the table.
TEST_CASE("a table that is not its operand's is refused") {
  const auto run = [](Dataflow dataflow, Stepping stepping, int32_t wrong) {
    return in_child([&] {
      Accelerator machine(roomy(4, 3), stepping);
      machine.reset(0);
      MatMul op = window(dataflow, Indexing::table);
      op.index_base = 1024;
      put_table(machine.buffer_bytes(Space::input) + op.index_base, wrong);
      ListSource program({{{}, op}});
      std::string refused;
      try {
        machine.run(program);
      } catch (const MachineError& error) {
        refused = error.what();
      }
      return nlohmann::ordered_json(refused);
    });
  };
  for (const DataflowTraits& dataflow : dataflows()) {
    for (const Stepping stepping : {Stepping::block, Stepping::exact}) {
      CHECK(run(dataflow.id, stepping, -1) == "");
      for (int32_t wrong = 0; wrong < 8; ++wrong) {
        INFO(dataflow.name << (stepping == Stepping::exact ? ", exact, k " : ", k ") << wrong);
        CHECK_THAT(run(dataflow.id, stepping, wrong).get<std::string>(),
                   Catch::Contains("the index table and the input operand disagree"));
      }
    }
  }
}

}  // namespace systole::test
