#include "fft_case.h"

#include <random>
#include <stdexcept>

namespace systole::test {
namespace {

Bounded step_result(const LaneStep& step, Bounded a, Bounded b) {
  const double size = std::fabs(step.constant);
  switch (step.op) {
    case LaneOpcode::add:
      return a + b;
    case LaneOpcode::subtract:
      return a - b;
    case LaneOpcode::multiply:
      return a * Bounded{step.constant, size * kUnitRoundoff};
    case LaneOpcode::shift:
      return {a.value * step.constant, a.error * size};
    case LaneOpcode::negate:
      return {-a.value, a.error};
    case LaneOpcode::copy:
      return a;
    default:
      break;
  }
  throw std::logic_error("an integer step in a float program");
}

}  // namespace

Values run_program(const LaneProgram& program, const Values& inputs) {
  if (inputs.size() != program.inputs) throw std::logic_error("as many values as inputs, please");
  Values registers = inputs, outputs;
  registers.resize(program.registers);
  for (const LaneStep& s : program.steps)
    registers.at(s.target) = step_result(s, registers.at(s.a), registers.at(s.b));
  for (const uint16_t from : program.outputs) outputs.push_back(registers.at(from));
  return outputs;
}

Values random_values(size_t count, uint32_t seed) {
  std::mt19937 bits(seed);
  Values values(count);
  for (Bounded& v : values) v.value = (static_cast<float>(bits() >> 8) - 0x1p23F) * 0x1p-23F;
  return values;
}

std::vector<Complex> plain_dft(const std::vector<Complex>& x, int sign) {
  const size_t n = x.size();
  std::vector<Complex> bins(n);
  for (size_t k = 0; k < n; ++k) {
    for (size_t j = 0; j < n; ++j) {
      bins[k] +=
          x[j] * std::polar(1.0, sign * 2 * M_PI * static_cast<double>(j * k % n) / static_cast<double>(n));
    }
  }
  return bins;
}

}  // namespace systole::test
