#include "sim/program/same_program.h"

#include <fmt/format.h>

#include "models/instruction_name.h"
#include "sim/words.h"

namespace systole {

// Of every part of an instruction, all members.
static auto words_of(const Wait& v) {
  const auto& [at_least] = v;
  return std::tie(at_least);
}
static auto words_of(const BoxSide& v) {
  const auto& [space, base, stride] = v;
  return std::tie(space, base, stride);
}
static auto words_of(const Move& v) {
  const auto& [size, from, to, tensor, element_bits] = v;
  return std::tie(size, from, to, tensor, element_bits);
}
static auto words_of(const Axis& v) {
  const auto& [size, stride] = v;
  return std::tie(size, stride);
}
static auto words_of(const Bound& v) {
  const auto& [origin, lane_step, k_step, limit] = v;
  return std::tie(origin, lane_step, k_step, limit);
}
static auto words_of(const BlockExponents& v) {
  const auto& [base, lane, k] = v;
  return std::tie(base, lane, k);
}
static auto words_of(const OperandView& v) {
  const auto& [buffer, format, zero_point, base, lane, k, bound, exponents] = v;
  return std::tie(buffer, format, zero_point, base, lane, k, bound, exponents);
}
static auto words_of(const ResultView& v) {
  const auto& [buffer, base, m, n] = v;
  return std::tie(buffer, base, m, n);
}
static auto words_of(const MatMul& v) {
  const auto& [dataflow, input, weight, result, accumulator, psum_in, psum_out, tensor, flatten_k, indexing,
               index] = v;
  return std::tie(dataflow, input, weight, result, accumulator, psum_in, psum_out, tensor, flatten_k,
                  indexing, index);
}
static auto words_of(const LaneTap& v) {
  const auto& [offset, row, col] = v;
  return std::tie(offset, row, col);
}
static auto words_of(const LaneView& v) {
  const auto& [buffer, base, stride, bound, taps, numbers, format, tensor] = v;
  return std::tie(buffer, base, stride, bound, taps, numbers, format, tensor);
}
static auto words_of(const LaneStep& v) {
  const auto& [op, target, a, b, constant, number, c, chained] = v;
  return std::tie(op, target, a, b, constant, number, c, chained);
}
static auto words_of(const LaneTable& v) {
  const auto& [low, high, values] = v;
  return std::tie(low, high, values);
}
static auto words_of(const LaneConstant& v) {
  const auto& [target, value] = v;
  return std::tie(target, value);
}
static auto words_of(const LaneProgram& v) {
  const auto& [registers, inputs, steps, outputs, constants, tables] = v;
  return std::tie(registers, inputs, steps, outputs, constants, tables);
}
static auto words_of(const Vector& v) {
  const auto& [program, items, source_count, target_count, sources, targets] = v;
  return std::tie(program, items, source_count, target_count, sources, targets);
}
static auto words_of(const Barrier&) { return std::tie(); }
static auto words_of(const Load& v) { return std::tie(v.move); }
static auto words_of(const Store& v) { return std::tie(v.move); }
static auto words_of(const TileTag& v) {
  const auto& [stage, group, m, n, k] = v;
  return std::tie(stage, group, m, n, k);
}
static auto words_of(const Instruction& v) {
  const auto& [wait, op, tile] = v;
  return std::tie(wait, op, tile);
}

namespace {

std::string name_of(const Instruction& instruction, uint64_t number) {
  if (instruction.unit() == kBarrierUnit) return fmt::format("barrier, instruction {}", number);
  return instruction_name(number, static_cast<Unit>(instruction.unit()), instruction.tile);
}

}  // namespace

std::string difference(InstructionSource& program, InstructionSource& other) {
  Instruction one, two;
  Words words, wanted;
  for (uint64_t number = 0;; ++number) {
    const bool more = program.next(one), more_wanted = other.next(two);
    if (!more && !more_wanted) return "";
    if (more != more_wanted) return fmt::format("one program ends after {} instructions", number);
    words.clear();
    wanted.clear();
    words.add(one);
    wanted.add(two);
    if (words.words() != wanted.words()) return name_of(one, number);
  }
}

}  // namespace systole
