#include "sim/lanes/activation_steps.h"

#include <cmath>
#include <stdexcept>

namespace systole {
namespace {

using Value = LaneSequence::Value;
using Op = LaneOpcode;

constexpr float kLog2E = 0x1.715476p+0F, kLn2 = 0x1.62e430p-1F;

/// Tables end where their functions are within 0.0007 of what they end in.
LaneTable table_of(double (*function)(double), float reach, uint32_t segments, double before, double behind) {
  LaneTable table{-reach, reach, {}};
  for (uint32_t i = 0; i <= segments; ++i) {
    const double at = -double{reach} + 2.0 * reach * i / segments;
    table.values.push_back(static_cast<float>(function(at)));
  }
  table.values.front() = static_cast<float>(before);
  table.values.back() = static_cast<float>(behind);
  return table;
}

double sigmoid_at(double x) { return 1 / (1 + std::exp(-x)); }
double tanh_at(double x) { return std::tanh(x); }
double normal_cdf_at(double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; }

/// 1 / (1 + 2^(factor * x))
Value logistic(LaneSequence& s, Value x, float factor) {
  const Value power = s.apply(Op::exp2, s.times(x, factor));
  return s.apply(Op::reciprocal, s.apply(Op::add, power, s.constant(1.0F)));
}

Value sigmoid(const Activation& a, LaneSequence& s, Value x) {
  return a.table != 0 ? s.look_up(x, table_of(sigmoid_at, 8, a.table, 0, 1)) : logistic(s, x, -kLog2E);
}

Value tanh(const Activation& a, LaneSequence& s, Value x) {
  if (a.table != 0) return s.look_up(x, table_of(tanh_at, 4, a.table, -1, 1));
  return s.apply(Op::add, s.times(logistic(s, x, -2 * kLog2E), 2), s.constant(-1.0F));
}

/// The normal distribution by formula 7.1.26 of Abramowitz and Stegun, Handbook of Mathematical Functions,
/// which is within 1.5e-7 of erf.
Value normal_cdf(LaneSequence& s, Value x) {
  constexpr float kP = 0.3275911F / 1.41421356F;
  constexpr float kHalves[] = {0.5F * 1.061405429F, 0.5F * -1.453152027F, 0.5F * 1.421413741F,
                               0.5F * -0.284496736F, 0.5F * 0.254829592F};
  const Value magnitude = s.apply(Op::maximum, x, s.apply(Op::negate, x));
  const Value t = s.apply(Op::reciprocal, s.apply(Op::add, s.times(magnitude, kP), s.constant(1.0F)));
  Value sum = s.times(t, kHalves[0]);
  for (int i = 1; i < 5; ++i) sum = s.apply(Op::product, s.apply(Op::add, sum, s.constant(kHalves[i])), t);
  const Value power = s.apply(Op::exp2, s.times(s.apply(Op::product, x, x), -0.5F * kLog2E));
  const Value tail = s.apply(Op::product, sum, power);
  return s.apply(Op::select, x, tail, s.apply(Op::subtract, s.constant(1.0F), tail));
}

Value gelu(const Activation& a, LaneSequence& s, Value x) {
  const Value cdf = a.table != 0 ? s.look_up(x, table_of(normal_cdf_at, 4, a.table, 0, 1)) : normal_cdf(s, x);
  return s.apply(Op::product, x, cdf);
}

Value gelu_tanh(LaneSequence& s, Value x) {
  // (1 + tanh(u)) / 2 is the logistic function of 2 u.
  constexpr float kLinear = 1.59576912F, kCubic = 0.0713548163F;
  const Value square = s.apply(Op::product, x, x);
  const Value factor = s.apply(Op::add, s.times(square, kCubic), s.constant(kLinear));
  return s.apply(Op::product, x, logistic(s, s.apply(Op::product, factor, x), -kLog2E));
}

Value elu(const Activation& a, LaneSequence& s, Value x) {
  const Value power = s.apply(Op::exp2, s.times(x, kLog2E));
  const Value below = s.times(s.apply(Op::add, power, s.constant(-1.0F)), a.alpha);
  return s.apply(Op::select, x, below, x);
}

Value softplus(LaneSequence& s, Value x) {
  const Value minus_magnitude = s.apply(Op::minimum, x, s.apply(Op::negate, x));
  const Value power = s.apply(Op::exp2, s.times(minus_magnitude, kLog2E));
  const Value log = s.apply(Op::log2, s.apply(Op::add, power, s.constant(1.0F)));
  const Value positive = s.apply(Op::maximum, x, s.constant(0.0F));
  return s.apply(Op::add, s.times(log, kLn2), positive);
}

Value squareplus(LaneSequence& s, Value x) {
  const Value square = s.apply(Op::add, s.apply(Op::product, x, x), s.constant(4.0F));
  const Value root = s.apply(Op::reciprocal, s.apply(Op::rsqrt, square));
  return s.times(s.apply(Op::add, root, x), 0.5F);
}

Value clamp(LaneSequence& s, Value x, float low, float high) {
  return s.apply(Op::minimum, s.apply(Op::maximum, x, s.constant(low)), s.constant(high));
}

}  // namespace

Value apply_activation(const Activation& a, LaneSequence& s, Value x) {
  switch (a.function) {
    case ActivationFunction::none:
      return x;
    case ActivationFunction::relu:
      return s.apply(Op::maximum, x, s.constant(0.0F));
    case ActivationFunction::relu6:
      return clamp(s, x, 0, 6);
    case ActivationFunction::clamp:
      return clamp(s, x, a.low, a.high);
    case ActivationFunction::leaky_relu:
      return s.apply(Op::select, x, s.times(x, a.slope), x);
    case ActivationFunction::elu:
      return elu(a, s, x);
    case ActivationFunction::sigmoid:
      return sigmoid(a, s, x);
    case ActivationFunction::tanh:
      return tanh(a, s, x);
    case ActivationFunction::gelu:
      return gelu(a, s, x);
    case ActivationFunction::gelu_tanh:
      return gelu_tanh(s, x);
    case ActivationFunction::silu:
      return s.apply(Op::product, x, sigmoid(a, s, x));
    case ActivationFunction::softplus:
      return softplus(s, x);
    case ActivationFunction::squareplus:
      return squareplus(s, x);
  }
  throw std::logic_error("an activation without steps");
}

}  // namespace systole
