#pragma once
// Instructions for programs of one's own, a few bytes each.
#include <string>
#include <vector>

#include "sim/program/happens_before.h"

namespace systole::test {

/// `bytes` from one place to another; Load or Store says which unit moves them.
inline Move move_of(Space from, uint64_t from_base, Space to, uint64_t to_base, uint32_t bytes) {
  Move move;
  move.from = {from, from_base, {}};
  move.to = {to, to_base, {}};
  move.size[5] = bytes;
  return move;
}

inline Instruction load_into(Space space, uint64_t base, uint32_t bytes = 4, uint64_t dram = 0) {
  return {{}, Load{move_of(Space::dram, dram, space, base, bytes)}};
}

inline Instruction store_from(uint64_t output, uint64_t dram, uint32_t bytes = 4) {
  return {{}, Store{move_of(Space::output, output, Space::dram, dram, bytes)}};
}

/// One product of two fp32 numbers.
inline Instruction multiply(int64_t input, int64_t weight, int64_t output,
                            PsumSource sums = PsumSource::none) {
  MatMul op;
  op.input.base = 8 * input;
  op.weight.buffer = Space::weight;
  op.weight.base = 8 * weight;
  op.result.base = output;
  op.psum_in = sums;
  return {{}, op};
}

/// A pass over one number of the output buffer, in place.
inline Instruction pass_over(int64_t output) {
  Vector vector;
  vector.program = std::make_shared<const LaneProgram>();
  vector.source().buffer = vector.target().buffer = Space::output;
  vector.source().base = vector.target().base = 8 * output;
  return {{}, vector};
}

inline Instruction after(Event event, uint64_t count, Instruction instruction) {
  instruction.wait.on(event, count);
  return instruction;
}

/// What the check says of the program; empty when its order is proven.
inline std::string complaint(const std::vector<Instruction>& program) {
  HappensBefore order;
  try {
    for (const Instruction& instruction : program) order.add(instruction);
  } catch (const std::logic_error& error) {
    return error.what();
  }
  return {};
}

}  // namespace systole::test
