// Lane programs in the plain interpreter: item by item, step by step.
#include "isa_bytes.h"
#include "isa_interpreter.h"

namespace systole::test {
namespace {

template <typename T>
T apply(const LaneStep& step, T a, T b) {
  const T constant = static_cast<T>(step.constant);
  switch (step.op) {
    case LaneOpcode::add:
      return a + b;
    case LaneOpcode::subtract:
      return a - b;
    case LaneOpcode::multiply:
      return a * constant;
    case LaneOpcode::shift:
      return step.constant * step.constant < 1 ? static_cast<T>(a / static_cast<T>(1 / step.constant))
                                               : a * constant;
    case LaneOpcode::divide:
      return a / constant;
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
      all.push_back(kept ? std::optional<uint64_t>(address + tap.offset) : std::nullopt);
    }
  }
  return all;
}

Bytes IsaMemory::gather(const VectorKernel& kernel, const LaneView& view) const {
  Offsets all;
  for (const auto& place : places(kernel, view)) {
    if (place) all.push_back(*place);
  }
  return gather(view.buffer, all, view.element_bytes);
}

void IsaMemory::run_kernel(const VectorKernel& kernel) {
  const LaneProgram& program = *kernel.program;
  const Places from = places(kernel, kernel.source), to = places(kernel, kernel.target);
  const auto run = [&](auto zero, const auto& read, const auto& write) {
    for (uint64_t item = 0; item < kernel.count(); ++item) {
      std::vector<decltype(zero)> registers;
      for (size_t i = 0; i < program.inputs; ++i) {
        const auto& place = from[item * program.inputs + i];
        registers.push_back(place ? read(at(kernel.source.buffer, *place, kernel.source.element_bytes))
                                  : zero);
      }
      const auto out = run_program(program, std::move(registers));
      for (size_t i = 0; i < out.size(); ++i) {
        const auto& place = to[item * out.size() + i];
        if (place) write(at(kernel.target.buffer, *place, kernel.target.element_bytes), out[i]);
      }
    }
  };
  if (program.number == LaneNumber::fp32) {
    run(0.0F, get<float>, put<float>);
    return;
  }
  const uint8_t in = kernel.source.element_bytes, out = kernel.target.element_bytes;
  run(
      int32_t{0},
      [in](const uint8_t* bytes) {
        return in == 1 ? get<int8_t>(bytes) : in == 2 ? get<int16_t>(bytes) : get<int32_t>(bytes);
      },
      [out](uint8_t* bytes, int32_t value) { std::memcpy(bytes, &value, out); });
}

}  // namespace systole::test
