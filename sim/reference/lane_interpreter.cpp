#include "sim/reference/lane_interpreter.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace systole {
namespace {

template <class T>
T times(T a, float constant) {
  return a * static_cast<T>(constant);
}

template <class T>
T over(T a, float constant) {
  return a / static_cast<T>(constant);
}

template <>
int64_t over(int64_t a, float constant) {
  const auto by = static_cast<int64_t>(constant);
  if (by == 0 || a % by != 0) throw std::domain_error("an integer lane's division leaves a remainder");
  return a / by;
}

template <>
int64_t times(int64_t a, float constant) {
  return std::fabs(constant) < 1 ? over<int64_t>(a, 1 / constant) : a * static_cast<int64_t>(constant);
}

template <class T>
T result(const LaneStep& step, T a, T b) {
  switch (step.op) {
    case LaneOpcode::add:
      return a + b;
    case LaneOpcode::subtract:
      return a - b;
    case LaneOpcode::multiply:
    case LaneOpcode::shift:
      return times(a, step.constant);
    case LaneOpcode::negate:
      return -a;
    case LaneOpcode::divide:
      return over(a, step.constant);
    case LaneOpcode::copy:
      return a;
    default:
      throw std::invalid_argument("a transform has linear steps alone");
  }
}

template <class T, class Step>
std::vector<T> run(const LaneProgram& program, const std::vector<T>& inputs, Step step_result) {
  if (inputs.size() != program.inputs) throw std::invalid_argument("a lane program's inputs do not fit");
  std::vector<T> registers(program.registers);
  std::copy(inputs.begin(), inputs.end(), registers.begin());
  for (const LaneStep& step : program.steps)
    registers.at(step.target) = step_result(step, registers.at(step.a), registers.at(step.b));
  std::vector<T> outputs;
  for (uint16_t output : program.outputs) outputs.push_back(registers.at(output));
  return outputs;
}

uint32_t roundings(LaneOpcode op) {
  switch (op) {
    case LaneOpcode::add:
    case LaneOpcode::subtract:
    case LaneOpcode::divide:
      return 1;
    case LaneOpcode::multiply:
      return 2;
    default:
      return 0;
  }
}

}  // namespace

std::vector<float> interpret(const LaneProgram& program, const std::vector<float>& inputs) {
  return run(program, inputs, result<float>);
}

std::vector<double> interpret(const LaneProgram& program, const std::vector<double>& inputs) {
  return run(program, inputs, result<double>);
}

std::vector<int64_t> interpret(const LaneProgram& program, const std::vector<int64_t>& inputs) {
  return run(program, inputs, result<int64_t>);
}

std::vector<double> interpret_absolute(const LaneProgram& program, const std::vector<double>& magnitudes) {
  return run(program, magnitudes, [](LaneStep step, double a, double b) {
    step.constant = std::fabs(step.constant);
    if (step.op == LaneOpcode::subtract) step.op = LaneOpcode::add;
    if (step.op == LaneOpcode::negate) step.op = LaneOpcode::copy;
    return result(step, a, b);
  });
}

uint32_t depth(const LaneProgram& program) {
  const auto deepest =
      run(program, std::vector<uint32_t>(program.inputs), [](const LaneStep& step, uint32_t a, uint32_t b) {
        const bool two = step.op == LaneOpcode::add || step.op == LaneOpcode::subtract;
        return roundings(step.op) + (two ? std::max(a, b) : a);
      });
  return deepest.empty() ? 0 : *std::max_element(deepest.begin(), deepest.end());
}

}  // namespace systole
