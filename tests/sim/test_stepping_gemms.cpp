// Both ways of stepping on gemms of a test's own: parts of the core that share buffers, feeders that wait for
// each other, operands beyond their buffer.
#include <catch2/catch.hpp>
#include <functional>
#include <string_view>

#include "models/number/format.h"
#include "tests/sim/child_process.h"
#include "tests/sim/layer_fixture.h"
#include "tests/sim/machine_fixture.h"

namespace systole::test {
namespace {

using Json = nlohmann::ordered_json;

/// Where the three views of a MatMul lie: a buffer each.
struct Places {
  Space input, weight, result;
};

/// Dense gemms one after the other, each in places of its own, while the load engine copies on chip: the
/// parts of the core meet each other and everyone else at the banks. `index_rate`: of the inputs' addresses,
/// which are computed unless it is 0.
Json run_places(const std::vector<Places>& list, Dataflow dataflow, uint32_t banks, uint32_t index_rate,
                Stepping stepping) {
  AcceleratorParams params = roomy(4, 3);
  params.buffers.fill({1 << 16, banks, 1, 64, 2});
  params.accumulators.entries = 5;
  params.feeder.index_rate = index_rate;
  Accelerator machine(params, stepping);
  machine.reset(64);
  for (Space space : {Space::input, Space::weight, Space::output}) {
    for (int i = 0; i < (1 << 16); ++i) machine.buffer_bytes(space)[i] = static_cast<uint8_t>(i * 7 % 23);
  }
  std::vector<Instruction> program;
  for (std::size_t i = 0; i < list.size(); ++i) {
    DenseGemm gemm({17, 10, 23}, Format::int8);
    gemm.op.dataflow = dataflow;
    if (index_rate != 0) gemm.op.indexing = Indexing::computed;
    gemm.op.input.buffer = list[i].input;
    gemm.op.weight.buffer = list[i].weight;
    gemm.op.weight.base = 2048;
    gemm.op.result.buffer = list[i].result;
    gemm.op.result.base = static_cast<int64_t>(8192 + 4096 * i);
    program.push_back({{}, gemm.op});
    Move copy;
    copy.size = {1, 1, 1, 1, 9, 40};
    copy.from = {list[i].input, 512, {0, 0, 0, 0, 48}};
    copy.to = {list[i].result, (1 << 15) + 1024 * i, {0, 0, 0, 0, 56}};
    program.push_back({{}, Load{copy}});
  }
  ListSource source(program);
  const MachineStats stats = machine.run(source);
  Json record = {all_counters(stats)};
  for (Space space : {Space::input, Space::weight, Space::output}) {
    const auto* bytes = reinterpret_cast<const char*>(machine.buffer_bytes(space));
    record.push_back(std::hash<std::string_view>{}({bytes, 1 << 16}));
  }
  return record;
}

/// What the machine says of a gemm that it cannot carry out; else empty.
std::string refusal(const MatMul& op, Stepping stepping) {
  return in_child([&]() -> Json {
           AcceleratorParams params = roomy(4, 3);
           params.buffers.fill({1 << 16, 16, 1, 64, 2});
           Accelerator machine(params, stepping);
           machine.reset(64);
           ListSource program({{{}, op}});
           try {
             machine.run(program);
           } catch (const MachineError& error) {
             return error.what();
           }
           return "";
         })
      .get<std::string>();
}

}  // namespace

TEST_CASE("stepping: buffers shared by parts of the core") {
  constexpr Space kIn = Space::input, kWeight = Space::weight, kOut = Space::output;
  const std::vector<std::vector<Places>> programs = {
      {{kIn, kWeight, kOut}, {kIn, kWeight, kOut}, {kIn, kWeight, kOut}},
      {{kIn, kIn, kOut}, {kIn, kWeight, kOut}},
      {{kIn, kWeight, kOut}, {kWeight, kIn, kOut}, {kIn, kWeight, kOut}},
      {{kIn, kWeight, kOut}, {kOut, kWeight, kIn}, {kIn, kWeight, kWeight}},
      {{kOut, kOut, kOut}, {kIn, kWeight, kOut}},
      {{kWeight, kIn, kOut}, {kWeight, kIn, kOut}, {kOut, kIn, kOut}},
  };
  for (const auto& program : programs) {
    for (const DataflowTraits& dataflow : dataflows()) {
      for (uint32_t banks : {1U, 4U, 32U}) {
        for (uint32_t index_rate : {0U, 1U, 3U}) {
          INFO(dataflow.name << ", " << banks << " banks, " << index_rate << " addresses a cycle, program "
                             << &program - &programs[0]);
          const auto run = [&](Stepping stepping) {
            return in_child([&] { return run_places(program, dataflow.id, banks, index_rate, stepping); });
          };
          CHECK(run(Stepping::block) == run(Stepping::exact));
        }
      }
    }
  }
}

TEST_CASE("stepping: what reaches beyond a buffer is refused either way") {
  constexpr int64_t kSize = 1 << 16;
  for (const DataflowTraits& dataflow : dataflows()) {
    for (Stepping stepping : {Stepping::block, Stepping::exact}) {
      INFO(dataflow.name << (stepping == Stepping::exact ? ", exact" : ""));
      DenseGemm gemm({9, 7, 23}, Format::int8);
      gemm.op.dataflow = dataflow.id;
      const MatMul good = gemm.op;
      const auto check_refused = [&](const MatMul& op, const std::string& space) {
        CHECK_THAT(refusal(op, stepping), Catch::Contains("reaches beyond its memory: bytes [") &&
                                              Catch::Contains(") of " + space + ", which has 65536"));
      };
      CHECK(refusal(good, stepping) == "");
      // Each lies as far back as it may; a word further back, or a word before the beginning, it may not.
      const int64_t input_bytes = 8 * gemm.k_pitch + 23, weight_bytes = 6 * gemm.k_pitch + 23;
      const int64_t result_bytes = 8 * gemm.n_pitch + 7 * 4;
      MatMul op = good;
      op.input.base = 8 * ((kSize - input_bytes) / 8 * 8);
      op.weight.base = 8 * ((kSize - weight_bytes) / 8 * 8);
      op.result.base = (kSize - result_bytes) / 8 * 8;
      CHECK(refusal(op, stepping) == "");
      op = good;
      op.input.base = 8 * ((kSize - input_bytes) / 8 * 8 + 8);
      check_refused(op, "input");
      op.input.base = 8 * -8;
      check_refused(op, "input");
      op = good;
      op.weight.base = 8 * ((kSize - weight_bytes) / 8 * 8 + 8);
      check_refused(op, "weight");
      op.weight.base = 8 * -8;
      check_refused(op, "weight");
      op = good;
      op.result.base = (kSize - result_bytes) / 8 * 8 + 8;
      check_refused(op, "output");
      op.result.base = -8;
      check_refused(op, "output");
    }
  }
}

// The first step of weights needs eight words of one bank, and the next steps few others: the input's feeder
// is as far ahead as it gets when the first wave enters. In which cycle it reads its next word, copies feel
// that end just before or after it.
TEST_CASE("stepping: a feeder that is full when the other is ready") {
  const auto run = [](Dataflow dataflow, Stepping stepping) {
    AcceleratorParams params = roomy(1, 8);
    params.pe_array.mma.k = 8;
    params.buffers[0] = {1 << 16, 1, 1, 64, 1};
    params.buffers[1] = {1 << 16, 1, 1, 512, 1};
    Accelerator machine(params, stepping);
    Json records = Json::array();
    for (uint32_t words = 1; words <= 24; ++words) {
      machine.reset(0);
      DenseGemm gemm({3, 8, 192}, Format::int8);
      gemm.op.dataflow = dataflow;
      Move copy;
      copy.size[5] = 8 * words;
      copy.from = {Space::input, 8192, {}};
      copy.to = {Space::output, 8192, {}};
      ListSource program({{{}, gemm.op}, {{}, Load{copy}}});
      records.push_back(all_counters(machine.run(program)));
    }
    return records;
  };
  for (const DataflowTraits& dataflow : dataflows()) {
    INFO(dataflow.name);
    CHECK(in_child([&] { return run(dataflow.id, Stepping::block); }) ==
          in_child([&] { return run(dataflow.id, Stepping::exact); }));
  }
}

// The second MatMul has another dataflow, so it begins in the cycle in which the first one's last words,
// which waited for the output buffer's one bank, find it; its weight lies in that buffer.
TEST_CASE("stepping: an operand in the bank that the last results take") {
  const auto run = [](uint32_t bytes, Stepping stepping) {
    AcceleratorParams params = roomy(2, 4);
    params.buffers[2] = {1 << 16, 1, 1, 64, 1};
    Accelerator machine(params, stepping);
    machine.reset(0);
    DenseGemm first({2, 4, 3}), second({3, 4, 2});
    second.op.dataflow = Dataflow::weight_stationary;
    second.op.weight.buffer = Space::output;
    second.op.weight.base = 4096;
    second.op.result.buffer = Space::weight;
    second.op.result.base = 8192;
    Move copy;
    copy.size[5] = bytes;
    copy.from = {Space::output, 16384, {}};
    copy.to = {Space::input, 16384, {}};
    ListSource program({{{}, first.op}, {{}, second.op}, {{}, Load{copy}}});
    return all_counters(machine.run(program));
  };
  for (uint32_t words = 1; words <= 16; ++words) {
    INFO(words << " words copied");
    CHECK(in_child([&] { return run(8 * words, Stepping::block); }) ==
          in_child([&] { return run(8 * words, Stepping::exact); }));
  }
}

TEST_CASE("stepping: blocks go on once no part of the core shares a buffer any longer") {
  const auto stepped_share = [](Space weight) {
    Accelerator machine(roomy(2, 2));
    machine.reset(0);
    DenseGemm first({2, 2, 4}), second({2, 2, 4000});
    first.op.weight.buffer = weight;
    second.op.input.base = second.op.weight.base = 1 << 18;
    Instruction next{{}, second.op};
    next.wait.on(Event::matmul_done, 1);
    ListSource program({{{}, first.op}, next});
    const uint64_t cycles = machine.run(program).cycles;
    return Json(100 * machine.stepped_cycles() / cycles);
  };
  CHECK(in_child([&] { return stepped_share(Space::weight); }) < 20);
  CHECK(in_child([&] { return stepped_share(Space::input); }) < 20);
}

}  // namespace systole::test
