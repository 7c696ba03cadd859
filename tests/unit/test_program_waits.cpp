// Every wait that an algorithm gives is needed: without it the order is no longer proven, unless the others
// imply it. What is idle all the same is one of a few kinds, each with a reason.
#include <algorithm>
#include <catch2/catch.hpp>
#include <utility>

#include "activations.h"
#include "random_case.h"
#include "sim/program/happens_before.h"

namespace systole::test {
namespace {

/// What becomes of a program that lacks one wait.
enum Without {
  kRefused,
  kImplied,  ///< by the others
  /// A MatMul that adds to sums in the buffer waits for the one that left them there. The accumulators work
  /// in order, so it is not needed for the numbers; it keeps the array from meeting its own writes.
  kSumsInOrder,
  /// Places are given out whole: the tile that had this one before was all padding, so nothing was read of
  /// it.
  kPadding,
  /// The same: what touched the place before, or what does now, is a part of it where the other is not.
  kOtherBytes,
  kIdle,
  kWithoutCount
};
constexpr const char* kNames[kWithoutCount] = {
    "refused", "implied", "sums in order", "padding alone had the place", "other bytes of the place", "idle"};
using Tally = std::array<uint64_t, kWithoutCount>;

/// A lowered program, and where its places lie: the bytes of a buffer that writes ever join.
class Program {
 public:
  explicit Program(const LoweringCase& c)
      : program_(find_algorithm(c.algorithm)->lower({c.layer, c.arch, c.dataflow, c.residency}).program()) {
    for (Instruction instruction; program_->next(instruction);) {
      instructions_.push_back(instruction);
      for (const Access& write : writes_of(instruction)) join(write.space, write.hull);
      if (instruction.unit() != kBarrierUnit)
        of_unit_[instruction.unit()].push_back(instructions_.size() - 1);
    }
  }

  const std::vector<Instruction>& instructions() const { return instructions_; }

  /// The instruction that counts the event for the n-th time.
  const Instruction& counts(Event event, uint64_t n) const {
    int unit = static_cast<int>(Unit::matmul);
    for (int u = 0; u < kUnitCount; ++u) unit = done_event(static_cast<Unit>(u)) == event ? u : unit;
    return instructions_[of_unit_[unit][n - 1]];
  }

  bool in_one_place(const Access& a, const Access& b) const {
    if (a.space != b.space) return false;
    for (const ByteRun& place : places_[static_cast<int>(a.space)]) {
      if (place.meets(a.hull) && place.meets(b.hull)) return true;
    }
    return false;
  }

 private:
  void join(Space space, ByteRun hull) {
    std::vector<ByteRun>& places = places_[static_cast<int>(space)];
    const auto apart = std::partition(places.begin(), places.end(),
                                      [&](const ByteRun& place) { return !place.meets(hull); });
    for (auto place = apart; place != places.end(); ++place) {
      hull = {std::min(hull.begin, place->begin), std::max(hull.end, place->end)};
    }
    places.erase(apart, places.end());
    places.push_back(hull);
  }

  std::unique_ptr<InstructionSource> program_;  ///< owns what the instructions point to
  std::vector<Instruction> instructions_;
  std::array<std::vector<size_t>, kUnitCount> of_unit_;
  std::array<std::vector<ByteRun>, kBufferCount + 1> places_;
};

/// Why a wait for what `earlier` counts orders nothing.
Without reason(const Program& program, const Instruction& instruction, Event event,
               const Instruction& earlier) {
  const auto* matmul = std::get_if<MatMul>(&instruction.op);
  if (matmul != nullptr && matmul->psum_in == PsumSource::buffer && event == Event::matmul_done &&
      program.in_one_place(writes_of(instruction).list[0], writes_of(earlier).list[0]))
    return kSumsInOrder;
  for (const Access& write : writes_of(instruction)) {
    for (const Access& read : reads_of(earlier)) {
      if (read.space == write.space && runs_of(read).empty()) return kPadding;
      if (program.in_one_place(write, read)) return kOtherBytes;
    }
  }
  return kIdle;
}

/// The program goes on from instruction `at`, which no longer waits for `event`; `ahead` has taken what
/// precedes it.
Without without_wait(const Program& program, size_t at, Event event, HappensBefore ahead) {
  const std::vector<Instruction>& all = program.instructions();
  Instruction instruction = all[at];
  const uint64_t count = std::exchange(instruction.wait.at_least[static_cast<int>(event)], 0);
  try {
    ahead.add(instruction);
    if (ahead.counted()[static_cast<int>(event)] >= count) return kImplied;
    for (size_t i = at + 1; i < all.size(); ++i) ahead.add(all[i]);
  } catch (const std::logic_error&) {
    return kRefused;
  }
  return reason(program, instruction, event, program.counts(event, count));
}

/// Of a program with many waits some two hundred are removed, drawn by `seed`.
void remove_waits(const LoweringCase& c, uint32_t seed, Tally& tally) {
  INFO(c.describe());
  const Program program(c);
  uint32_t waits = 0;
  for (const Instruction& instruction : program.instructions()) {
    for (uint64_t count : instruction.wait.at_least) waits += count > 0;
  }
  constexpr uint32_t kTried = 200;
  std::mt19937 random(seed);
  HappensBefore ahead;
  for (size_t i = 0; i < program.instructions().size(); ++i) {
    const Instruction& instruction = program.instructions()[i];
    for (int e = 0; e < kEventCount; ++e) {
      if (instruction.wait.at_least[e] == 0 || random() % std::max(waits, kTried) >= kTried) continue;
      const Without result = without_wait(program, i, static_cast<Event>(e), ahead);
      ++tally[result];
      if (result != kIdle) continue;
      FAIL_CHECK("instruction " << i << " (" << kUnitNames[instruction.unit()] << ") waits in vain for "
                                << kEventNames[e] << " >= " << instruction.wait.at_least[e]);
    }
    ahead.add(instruction);
  }
}

/// Layers of a kind each, with the options that change a program's form.
std::vector<Layer> small_layers() {
  Layer conv = conv_layer({1, 1, 4, 10, 9, 6, 3, 3, {1, 1}, {1, 1}, {1, 1, 1, 1}});
  Layer gemm = gemm_layer({2, 19, 14, 23, false, true});
  conv.bias = true, conv.activation = relu();
  std::vector<Layer> layers{conv, conv, conv, gemm, gemm};
  layers[1].format = Format::int8;
  layers[1].scale = 0.01F;
  layers[1].transform.pretransformed = true;
  layers[2].conv.G = 2;
  layers[2].halo = Halo::refetch;
  layers[2].transform.gemm = GemmMethod::strassen;
  layers[3].bias = true;
  layers[4].mapping.tile_m = 7;
  layers[4].mapping.tile_n = 5;
  layers[4].mapping.tile_k = 6;
  layers[4].mapping.order = {GemmDim::k, GemmDim::m, GemmDim::n};  // sums travel to DRAM and back
  return layers;
}

std::vector<AcceleratorParams> small_machines() {
  std::vector<AcceleratorParams> machines{small_machine(2, 3, {}, 2048),
                                          small_machine(4, 2, {2, 1, 2, 1}, 8192)};
  machines[1].accumulators.entries = 0;
  machines[1].buffers[0].slots = 1;
  return machines;
}

}  // namespace

TEST_CASE("waits: each one removed from small layers, by every algorithm and dataflow", "[order]") {
  for (const Algorithm& algorithm : algorithms()) {
    for (const DataflowTraits& dataflow : dataflows()) {
      Tally tally{};
      for (const AcceleratorParams& machine : small_machines()) {
        for (const Layer& layer : small_layers()) {
          const LoweringCase c{layer, machine, dataflow.id, algorithm.name};
          if (!algorithm.declines({c.layer, c.arch, c.dataflow}).empty()) continue;
          try {
            remove_waits(c, 1, tally);
          } catch (const MappingError&) {
          }
        }
      }
      INFO(algorithm.name << ", " << dataflow.name);
      CHECK(tally[kRefused] > 30);
    }
  }
}

TEST_CASE("waits: each one removed from random layers on random small machines", "[order]") {
  Tally tally{};
  for (uint32_t seed = 0; seed < 200; ++seed) {
    Draw draw(seed + 600000);
    LoweringCase c = random_case(draw);
    if (draw.coin()) ask_for_tiles(c, draw);
    INFO("seed " << seed);
    try {
      remove_waits(c, seed, tally);
    } catch (const MappingError&) {
    }
  }
  for (int w = 0; w < kIdle; ++w) {
    INFO(kNames[w]);
    CHECK(tally[w] > (w == kRefused || w == kImplied ? 1000 : 0));
  }
}

}  // namespace systole::test
