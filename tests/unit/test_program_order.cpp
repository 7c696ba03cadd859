// Each rule of the happens-before check on a program of a few instructions: with the wait that orders it, and
// with one that does not.
#include <catch2/catch.hpp>

#include "program_pieces.h"

namespace systole::test {
namespace {

constexpr Event kLoaded = Event::load_done, kStored = Event::store_done, kRead = Event::matmul_read,
                kMultiplied = Event::matmul_done, kPassed = Event::vector_done;
constexpr Space kInput = Space::input, kWeight = Space::weight, kOutput = Space::output, kDram = Space::dram;

void check_refused(const std::vector<Instruction>& program, const std::string& wait) {
  CHECK_THAT(complaint(program), Catch::Contains("has to wait for " + wait));
}

void check_proven(const std::vector<Instruction>& program) { CHECK(complaint(program) == ""); }

}  // namespace

TEST_CASE("order: two loads into the same bytes may both be under way", "[order]") {
  check_refused({load_into(kInput, 0, 8), load_into(kInput, 7, 8)}, "load_done >= 1, its waits come to 0");
  check_proven({load_into(kInput, 0, 8), after(kLoaded, 1, load_into(kInput, 7, 8))});
  check_proven({load_into(kInput, 0, 8), load_into(kInput, 8, 8)});
  check_proven({load_into(kInput, 0, 8), load_into(kWeight, 0, 8)});
}

TEST_CASE("order: a violation names both instructions, their bytes and the wait", "[order]") {
  Instruction first = load_into(kInput, 0, 8), second = load_into(kInput, 4, 8);
  first.tile = {0, 1, 2, 3, 4};
  second.tile = {5, 6, 7, 8, 9};
  CHECK(complaint({load_into(kWeight, 0), first, second}) ==
        "no token orders two instructions that share bytes: instruction 2 (load, tile 7/8/9 of group 6, "
        "stage 5) "
        "writes input [4, 12), instruction 1 (load, tile 2/3/4 of group 1, stage 0) writes input [0, 8); the "
        "first "
        "has to wait for load_done >= 2, its waits come to 0");
}

TEST_CASE("order: boxes that lie between each other share nothing", "[order]") {
  Move odd = move_of(kDram, 0, kInput, 0, 4), even = move_of(kDram, 0, kInput, 4, 4);
  for (Move* move : {&odd, &even}) {
    move->size[4] = 3;
    move->to.stride[4] = 8;
  }
  check_proven({{{}, Load{odd}}, {{}, Load{even}}});
  even.to.base = 5;
  check_refused({{{}, Load{odd}}, {{}, Load{even}}}, "load_done >= 1");
}

TEST_CASE("order: a wait for too small a count", "[order]") {
  check_refused({load_into(kInput, 0), load_into(kWeight, 0), after(kLoaded, 1, multiply(0, 0, 0))},
                "load_done >= 2, its waits come to 1");
  check_proven({load_into(kInput, 0), load_into(kWeight, 0), after(kLoaded, 2, multiply(0, 0, 0))});
}

TEST_CASE("order: an operand is free once it is read, results come when the MatMul is done", "[order]") {
  for (int64_t operand : {0, 1}) {
    const Instruction reload = load_into(operand == 0 ? kInput : kWeight, 0);
    check_refused({multiply(0, 0, 0), reload}, "matmul_read >= 1");
    check_proven({multiply(0, 0, 0), after(kRead, 1, reload)});
    check_proven({multiply(0, 0, 0), after(kMultiplied, 1, reload)});
  }
  check_refused({multiply(0, 0, 0), after(kRead, 1, store_from(0, 64))}, "matmul_done >= 1");
  check_proven({multiply(0, 0, 0), after(kMultiplied, 1, store_from(0, 64))});
  check_refused({multiply(0, 0, 0), after(kRead, 1, load_into(kOutput, 0))}, "matmul_done >= 1");
}

TEST_CASE("order: sums that are read count as read until the MatMul is done", "[order]") {
  const Instruction sums = multiply(0, 0, 0, PsumSource::buffer);
  check_refused({load_into(kOutput, 0), sums}, "load_done >= 1");
  check_refused({sums, after(kRead, 1, load_into(kOutput, 0))}, "matmul_done >= 1");
  check_proven({sums, after(kMultiplied, 1, load_into(kOutput, 0))});
}

TEST_CASE("order: MatMuls add to one result in program order, but no operand is a result", "[order]") {
  check_proven({multiply(0, 0, 0), multiply(4, 4, 0, PsumSource::buffer), multiply(8, 8, 0)});
  Instruction reads_result = multiply(0, 0, 4);
  std::get<MatMul>(reads_result.op).input.buffer = kOutput;
  check_refused({multiply(0, 0, 0), after(kRead, 1, reads_result)}, "matmul_done >= 1");
  check_proven({multiply(0, 0, 0), after(kMultiplied, 1, reads_result)});
  check_refused({reads_result, multiply(0, 0, 0)}, "matmul_read >= 1");
  check_proven({reads_result, after(kRead, 1, multiply(0, 0, 0))});
}

TEST_CASE("order: the vector unit does one thing after the other", "[order]") {
  check_proven({pass_over(0), pass_over(0), after(kPassed, 2, store_from(0, 64))});
  check_refused({pass_over(0), after(kPassed, 1, pass_over(0)), after(kPassed, 1, store_from(0, 64))},
                "vector_done >= 2");
  // The second pass knows that the first is done, and so does who waits for the second to be done.
  check_proven({pass_over(0), pass_over(4), after(kPassed, 2, load_into(kOutput, 0))});
  check_refused({multiply(0, 0, 0), pass_over(0)}, "matmul_done >= 1");
}

TEST_CASE("order: bias values and the table of indices are read like operands", "[order]") {
  Instruction biased = pass_over(0);
  auto& vector = std::get<Vector>(biased.op);
  vector.source_count = 2;
  vector.sources[1].buffer = Space::weight;
  vector.sources[1].base = 8 * 32;
  check_refused({load_into(kWeight, 32), biased}, "load_done >= 1");
  check_refused({biased, load_into(kWeight, 32)}, "vector_done >= 1");

  Instruction by_table = multiply(0, 0, 0);
  std::get<MatMul>(by_table.op).indexing = Indexing::table;
  std::get<MatMul>(by_table.op).index_base = 128;
  check_refused({load_into(kInput, 128), by_table}, "load_done >= 1");
  check_refused({by_table, load_into(kInput, 128)}, "matmul_read >= 1");
}

TEST_CASE("order: what a barrier parts is ordered", "[order]") {
  const Instruction barrier{{}, Barrier{}};
  check_proven({load_into(kInput, 0), multiply(4, 0, 0), barrier, load_into(kInput, 0), store_from(0, 64)});
  check_refused({load_into(kInput, 0), barrier, load_into(kInput, 0), load_into(kInput, 0)},
                "load_done >= 2");
  check_proven(
      {load_into(kInput, 0), barrier, load_into(kInput, 0), after(kLoaded, 2, load_into(kInput, 0))});
}

TEST_CASE("order: who waits knows what was known before", "[order]") {
  const std::vector<Instruction> stored = {load_into(kWeight, 0), after(kLoaded, 1, multiply(0, 0, 0)),
                                           after(kMultiplied, 1, store_from(0, 64))};
  const auto then = [&](const Instruction& last) {
    std::vector<Instruction> program = stored;
    program.push_back(last);
    return program;
  };
  // store_done says that the MatMul is done, hence read, and its operand loaded.
  check_proven(then(after(kStored, 1, load_into(kWeight, 0))));
  check_proven(then(after(kMultiplied, 1, load_into(kWeight, 0))));
  check_refused(then(load_into(kWeight, 0)), "load_done >= 1");
  check_refused(then(after(kLoaded, 1, load_into(kWeight, 0))), "matmul_read >= 1");
  // matmul_done does not say that it is stored.
  check_refused(then(after(kMultiplied, 1, load_into(kOutput, 0))), "store_done >= 1");
  check_proven(then(after(kStored, 1, load_into(kOutput, 0))));
}

TEST_CASE("order: the next of a unit knows what the one before knew when it began, and no more", "[order]") {
  check_proven({load_into(kInput, 0), after(kLoaded, 1, multiply(0, 0, 0)), multiply(0, 4, 4)});
  // That the first load has begun says nothing of its end.
  check_refused({load_into(kInput, 0), load_into(kInput, 8), load_into(kInput, 0)}, "load_done >= 1");
  // The store began when the MatMul was done; another unit that knows only of the MatMul's operands does not.
  check_refused({multiply(0, 0, 0), after(kMultiplied, 1, store_from(0, 64)), after(kRead, 1, pass_over(0))},
                "matmul_done >= 1");
}

TEST_CASE("order: a later count says that the earlier ones are over", "[order]") {
  check_proven({load_into(kInput, 0), load_into(kWeight, 0), after(kLoaded, 2, multiply(0, 0, 0))});
  check_proven({multiply(0, 0, 0), multiply(4, 4, 4), after(kRead, 2, load_into(kInput, 0))});
  // And what those knew: the first MatMul waited for the store, the second for nothing.
  check_proven({store_from(0, 64), after(kStored, 1, multiply(0, 0, 0)), multiply(4, 4, 4),
                after(kRead, 2, load_into(kOutput, 8, 4, 64))});
}

TEST_CASE("order: through DRAM", "[order]") {
  check_refused({store_from(0, 64, 8), load_into(kInput, 0, 8, 68)}, "store_done >= 1");
  check_proven({store_from(0, 64, 8), after(kStored, 1, load_into(kInput, 0, 8, 68))});
  check_refused({load_into(kInput, 0, 8, 68), store_from(0, 64, 8)}, "load_done >= 1");
  check_refused({store_from(0, 64, 8), store_from(8, 71, 8)}, "store_done >= 1");
  check_proven({store_from(0, 64, 8), store_from(0, 72, 8)});
}

TEST_CASE("order: a copy on chip reads as it writes", "[order]") {
  const Instruction copy{{}, Load{move_of(kOutput, 0, kInput, 0, 8)}};
  check_refused({copy, load_into(kOutput, 4)}, "load_done >= 1");
  check_refused({load_into(kOutput, 4), copy}, "load_done >= 1");
  check_proven({load_into(kOutput, 4), after(kLoaded, 1, copy)});
  check_refused({copy, pass_over(4)}, "load_done >= 1");
}

TEST_CASE("order: nothing waits for what comes later", "[order]") {
  CHECK(complaint({after(kMultiplied, 1, store_from(0, 64)), multiply(0, 0, 0)}) ==
        "instruction 0 (store, tile 0/0/0 of group 0, stage 0) waits for matmul_done >= 1, and the "
        "instructions "
        "ahead of it come to 0");
  CHECK(complaint({after(kLoaded, 1, load_into(kInput, 0))}) != "");
}

TEST_CASE("order: what an instruction knows when it begins is told", "[order]") {
  HappensBefore order;
  order.add(load_into(kInput, 0));
  order.add(load_into(kWeight, 0));
  order.add(after(kLoaded, 2, multiply(0, 0, 0)));
  CHECK(order.counted() == EventCounts{2, 0, 0, 0, 0});
  order.add(after(kMultiplied, 1, pass_over(0)));
  CHECK(order.counted() == EventCounts{2, 0, 1, 1, 0});
  order.add(pass_over(4));
  CHECK(order.counted() == EventCounts{2, 0, 1, 1, 1});
  order.add(after(kPassed, 1, store_from(0, 64)));
  CHECK(order.counted() == EventCounts{2, 0, 1, 1, 1});
  CHECK(order.instructions() == 6);
}

TEST_CASE("order: a long program is held in little memory, and nothing is forgotten", "[order]") {
  HappensBefore order;
  order.add(load_into(kWeight, 4096));  // nobody ever waits for it
  order.add(pass_over(4096));
  uint64_t loads = 1, matmuls = 0;
  for (int round = 0; round < 5000; ++round) {
    const int64_t place = round % 2 * 64;
    order.add(after(kRead, matmuls < 2 ? 0 : matmuls - 1,
                    load_into(kInput, static_cast<uint64_t>(place), 64, 64 * static_cast<uint64_t>(round))));
    ++loads;
    order.add(
        after(kStored, matmuls < 2 ? 0 : matmuls - 1, after(kLoaded, loads, multiply(place, 0, place))));
    ++matmuls;
    order.add(after(kMultiplied, matmuls,
                    store_from(static_cast<uint64_t>(place), 1000000 + 4 * static_cast<uint64_t>(round))));
  }
  CHECK(order.instructions() == 15002);
  CHECK(order.held() < 1000);
  CHECK_THROWS_WITH(order.add(after(kLoaded, loads, load_into(kOutput, 4096))),
                    Catch::Contains("instruction 1 (vector") && Catch::Contains("vector_done >= 1"));
}

}  // namespace systole::test
