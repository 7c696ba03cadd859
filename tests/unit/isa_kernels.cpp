// Lane programs in the plain interpreter: item by item, step by step.
#include "isa_bytes.h"
#include "isa_interpreter.h"

namespace systole::test {
namespace {

/// Integers wrap around at 32 bits; divisions are exact.
int32_t apply(const LaneStep& step, int32_t a, int32_t b) {
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
      break;
  }
  return a;
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
  }
  return a;
}

template <typename T>
std::vector<T> run_program(const LaneProgram& program, std::vector<T> registers) {
  registers.resize(program.registers);
  for (const LaneStep& step : program.steps) {
    registers[step.target] = apply(step, registers[step.a], registers[step.b]);
  }
  std::vector<T> out;
  for (uint16_t r : program.outputs) out.push_back(registers[r]);
  return out;
}

}  // namespace

IsaMemory::Places IsaMemory::places(const VectorKernel& kernel, const LaneView& view) const {
  Places all;
  for (uint64_t item = 0; item < kernel.count(); ++item) {
    std::array<uint32_t, 5> index{};
    int64_t address = view.base;
    uint64_t rest = item;
    for (int d = 4; d >= 0; --d) {
      index[d] = static_cast<uint32_t>(rest % kernel.items[d]);
      rest /= kernel.items[d];
      address += index[d] * view.stride[d];
    }
    for (const LaneTap& tap : *view.taps) {
      const bool kept = inside(view.bound[0], index[2], tap.row) && inside(view.bound[1], index[3], tap.col);
      all.push_back(kept ? std::optional<uint64_t>((address + tap.offset) / 8) : std::nullopt);
    }
  }
  return all;
}

Bytes IsaMemory::gather(const VectorKernel& kernel, const LaneView& view) const {
  Offsets all;
  for (const auto& place : places(kernel, view)) {
    if (place) all.push_back(*place);
  }
  return gather(view.buffer, all, traits_of(view.format).bits / 8);
}

void IsaMemory::run_kernel(const VectorKernel& kernel) {
  const LaneProgram& program = *kernel.program;
  const uint32_t in = traits_of(kernel.source.format).bits / 8,
                 out_bytes = traits_of(kernel.target.format).bits / 8;
  const Places from = places(kernel, kernel.source), to = places(kernel, kernel.target);
  const auto run = [&](auto zero, const auto& read, const auto& write) {
    for (uint64_t item = 0; item < kernel.count(); ++item) {
      std::vector<decltype(zero)> registers;
      for (size_t i = 0; i < program.inputs; ++i) {
        const auto& place = from[item * program.inputs + i];
        registers.push_back(place ? read(at(kernel.source.buffer, *place, in)) : zero);
      }
      const auto out = run_program(program, std::move(registers));
      for (size_t i = 0; i < out.size(); ++i) {
        const auto& place = to[item * out.size() + i];
        if (place) write(at(kernel.target.buffer, *place, out_bytes), out[i]);
      }
    }
  };
  if (program.number == LaneNumber::fp32) {
    run(0.0F, get<float>, put<float>);
    return;
  }
  run(
      int32_t{0},
      [in](const uint8_t* bytes) {
        return in == 1 ? get<int8_t>(bytes) : in == 2 ? get<int16_t>(bytes) : get<int32_t>(bytes);
      },
      [out_bytes](uint8_t* bytes, int32_t value) { std::memcpy(bytes, &value, out_bytes); });
}

}  // namespace systole::test
