// Copies of the load engine from buffer to buffer: every word opened is counted once, by hand.
#include <catch2/catch.hpp>

#include "tests/sim/machine_fixture.h"
#include "tests/sim/stepping_under_test.h"

namespace systole::test {
namespace {

/// Three runs of 20 bytes, 32 bytes apart in the input buffer; close together from byte 4 of `to` on.
Move three_runs(Space to) {
  Move move;
  move.size = {1, 1, 1, 1, 3, 20};
  move.from = {Space::input, 0, {0, 0, 0, 0, 32}};
  move.to = {to, 4, {0, 0, 0, 0, 20}};
  move.tensor = Tensor::workspace;
  move.element_bits = 32;
  return move;
}

MachineStats copied(Accelerator& machine, const Move& move) {
  machine.reset(0);
  for (uint64_t i = 0; i < 96; ++i) machine.buffer_bytes(Space::input)[i] = static_cast<uint8_t>(i + 1);
  ListSource program({{{}, Load{move}}});
  const MachineStats stats = machine.run(program);
  for (uint64_t i = 0; i < 60; ++i) {
    CHECK(machine.buffer_bytes(Space::weight)[4 + i] == static_cast<uint8_t>(i / 20 * 32 + i % 20 + 1));
  }
  CHECK(machine.buffer_bytes(Space::weight)[64] == 0);
  return stats;
}

void check_words(const BufferStats& buffer, uint64_t reads, uint64_t writes) {
  const int tensor = static_cast<int>(Tensor::workspace);
  CHECK(buffer.reads == reads);
  CHECK(buffer.reads_by_tensor[tensor] == reads);
  CHECK(buffer.elements_read == (reads == 0 ? 0 : 15));
  CHECK(buffer.writes == writes);
  CHECK(buffer.writes_by_tensor[tensor] == writes);
  CHECK(buffer.elements_written == (writes == 0 ? 0 : 15));
}

void check_copy(uint32_t width_bits, uint64_t reads, uint64_t writes) {
  AcceleratorParams params = roomy(2, 2);
  for (BufferParams& buffer : params.buffers) buffer.width_bits = width_bits;
  Accelerator machine(params, stepping_under_test());
  const MachineStats stats = copied(machine, three_runs(Space::weight));
  check_words(stats.buffers[0], reads, 0);
  check_words(stats.buffers[1], 0, writes);
  check_words(stats.buffers[2], 0, 0);
  CHECK(stats.load.on_chip_bytes == 60);
  CHECK(stats.load.bursts == 0);
  CHECK(stats.dram.bus_bytes == 0);
  // Issued in cycle 0, taken in 1, and 60 bytes are less than a burst's 64 a cycle.
  CHECK(stats.cycles == 2);
}

}  // namespace

// Read: bytes 0-19, 32-51, 64-83, words 0-2, 4-6, 8-10. Written: bytes 4-63, words 0-7; word 5 is left by the
// second run and gone on with by the third, one access.
TEST_CASE("copy on chip: words of 64 bits") { check_copy(64, 9, 8); }

// Words of 16 bytes: read 0, 1, 2, 3, 4, 5; written 0 to 3. An access counts two words of 64 bits.
TEST_CASE("copy on chip: words of 128 bits") { check_copy(128, 12, 8); }

// A burst is 64 bytes a cycle: 200 bytes take cycles 1 to 4.
TEST_CASE("copy on chip: a burst's bytes a cycle") {
  Accelerator machine(roomy(2, 2), stepping_under_test());
  machine.reset(0);
  Move move;
  move.size[5] = 200;
  move.from.space = Space::input;
  move.to.space = Space::output;
  ListSource program({{{}, Load{move}}});
  const MachineStats stats = machine.run(program);
  CHECK(stats.cycles == 5);
  CHECK(stats.buffers[0].reads == 25);
  CHECK(stats.buffers[2].writes == 25);
}

// One bank with one port, read and written: a word is read in a cycle and written in the next, where the bank
// has no port left for the next read. Three words take cycles 1 to 6; each loses one cycle to its write and
// each but the last one to the read after it.
TEST_CASE("copy on chip: within a bank, a word that waits is counted once") {
  AcceleratorParams params = roomy(2, 2);
  params.buffers[0] = {1 << 12, 1, 1, 64, 1};
  Accelerator machine(params, stepping_under_test());
  machine.reset(0);
  Move move;
  move.size[5] = 24;
  move.from = {Space::input, 0, {}};
  move.to = {Space::input, 64, {}};
  ListSource program({{{}, Load{move}}});
  const MachineStats stats = machine.run(program);
  CHECK(stats.cycles == 7);
  CHECK(stats.buffers[0].reads == 3);
  CHECK(stats.buffers[0].writes == 3);
  CHECK(stats.buffers[0].elements_read == 6);
  CHECK(stats.buffers[0].elements_written == 6);
  CHECK(stats.buffers[0].conflict_cycles == 5);
}

}  // namespace systole::test
