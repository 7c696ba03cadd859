// Lane programs in the plain interpreter: item by item, step by step.
#include <algorithm>
#include <cmath>

#include "isa_bytes.h"
#include "isa_interpreter.h"

namespace systole::test {
namespace {

int32_t saturated(int64_t value) {
  return static_cast<int32_t>(std::clamp<int64_t>(value, INT32_MIN, INT32_MAX));
}

float number(int32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

/// Integers wrap around at 32 bits; divisions are exact. `b`, `c`: what further registers hold.
int32_t apply(const LaneStep& step, int32_t a, int32_t b, int32_t c) {
  const int64_t constant = static_cast<int64_t>(step.constant);
  const auto wrapped = [](int64_t value) { return static_cast<int32_t>(static_cast<uint64_t>(value)); };
  const auto divided = [&](int64_t by) {
    if (a % by != 0) throw ProgramError("an integer lane's division leaves a remainder");
    return wrapped(a / by);
  };
  switch (step.op) {
    case LaneOpcode::add:
      return wrapped(int64_t{a} + b);
    case LaneOpcode::subtract:
      return wrapped(int64_t{a} - b);
    case LaneOpcode::multiply:
      return wrapped(a * constant);
    case LaneOpcode::shift:
      return constant == 0 ? divided(static_cast<int64_t>(1 / step.constant)) : wrapped(a * constant);
    case LaneOpcode::divide:
      return divided(constant);
    case LaneOpcode::negate:
      return wrapped(-int64_t{a});
    case LaneOpcode::copy:
      return a;
    case LaneOpcode::add_saturated:
      return saturated(int64_t{a} + b);
    case LaneOpcode::rescale:
      return saturated(std::llrint(double{number(b)} * a));
    case LaneOpcode::maximum:
      return std::max(a, b);
    case LaneOpcode::narrow:
      return std::min(std::max(a, b), c);
    default:
      throw ProgramError("the plain interpreter does not know this step");
  }
}

float apply(const LaneStep& step, float a, float b) {
  switch (step.op) {
    case LaneOpcode::add:
      return a + b;
    case LaneOpcode::subtract:
      return a - b;
    case LaneOpcode::multiply:
    case LaneOpcode::shift:
      return a * step.constant;
    case LaneOpcode::divide:
      return a / step.constant;
    case LaneOpcode::negate:
      return -a;
    case LaneOpcode::copy:
      return a;
    case LaneOpcode::maximum:
      return std::max(a, b);
    default:
      throw ProgramError("the plain interpreter does not know this step");
  }
}

/// Registers as bits.
std::vector<int32_t> run_program(const LaneProgram& program, std::vector<int32_t> registers) {
  registers.resize(program.registers);
  for (const LaneConstant& constant : program.constants)
    registers[constant.target] = static_cast<int32_t>(constant.value);
  for (const LaneStep& step : program.steps) {
    const int32_t a = registers[step.a], b = registers[step.b], c = registers[step.c];
    if (step.number == LaneNumber::int32) {
      registers[step.target] = apply(step, a, b, c);
    } else {
      const float result = apply(step, number(a), number(b));
      std::memcpy(&registers[step.target], &result, sizeof result);
    }
  }
  std::vector<int32_t> out;
  for (uint16_t r : program.outputs) out.push_back(registers[r]);
  return out;
}

}  // namespace

IsaMemory::Places IsaMemory::places(const Vector& vector, const LaneView& view) const {
  Places all;
  for (uint64_t item = 0; item < vector.count(); ++item) {
    std::array<uint32_t, 5> index{};
    int64_t address = view.base;
    uint64_t rest = item;
    for (int d = 4; d >= 0; --d) {
      index[d] = static_cast<uint32_t>(rest % vector.items[d]);
      rest /= vector.items[d];
      address += index[d] * view.stride[d];
    }
    for (uint32_t t = 0; t < view.tap_count(); ++t) {
      const LaneTap tap = view.tap(t);
      const bool kept = inside(view.bound[0], index[2], tap.row) && inside(view.bound[1], index[3], tap.col);
      for (uint32_t n = 0; n < view.numbers; ++n) {
        const int64_t at = address + tap.offset + int64_t{n} * view.element_bits();
        all.push_back(kept ? std::optional<uint64_t>(at / 8) : std::nullopt);
      }
    }
  }
  return all;
}

Bytes IsaMemory::gather(const Vector& vector, const LaneView& view) const {
  Offsets all;
  for (const auto& place : places(vector, view)) {
    if (place) all.push_back(*place);
  }
  return gather(view.buffer, all, view.element_bits() / 8);
}

int32_t IsaMemory::number_at(const LaneView& view, uint64_t place) const {
  const uint32_t bytes = view.element_bits() / 8;
  const uint8_t* from = at(view.buffer, place, bytes);
  return bytes == 1 ? get<int8_t>(from) : bytes == 2 ? get<int16_t>(from) : get<int32_t>(from);
}

void IsaMemory::run_vector(const Vector& vector) {
  std::vector<std::vector<int32_t>> registers(vector.count());
  for (uint32_t s = 0; s < vector.source_count; ++s) {
    const LaneView& view = vector.sources[s];
    const Places from = places(vector, view);
    for (uint64_t i = 0; i < from.size(); ++i)
      registers[i / view.registers()].push_back(from[i] ? number_at(view, *from[i]) : 0);
  }
  for (uint64_t item = 0; item < vector.count(); ++item)
    registers[item] = run_program(*vector.program, std::move(registers[item]));
  size_t first = 0;
  for (uint32_t t = 0; t < vector.target_count; ++t) {
    const LaneView& view = vector.targets[t];
    const uint32_t bytes = view.element_bits() / 8;
    const Places to = places(vector, view);
    for (uint64_t i = 0; i < to.size(); ++i) {
      const int32_t value = registers[i / view.registers()][first + i % view.registers()];
      if (to[i]) std::memcpy(at(view.buffer, *to[i], bytes), &value, bytes);
    }
    first += view.registers();
  }
}

}  // namespace systole::test
