#include "sim/reference/activation.h"

#include <algorithm>
#include <cmath>

namespace systole {
namespace {

using F = ActivationFunction;

/// A long double rounded to fp32 is the nearest fp32 number: tests/unit/test_special_functions.cpp tells how
/// that is known.
float power_of_two(float x) { return static_cast<float>(std::exp2(static_cast<long double>(x))); }
float logarithm(float x) { return static_cast<float>(std::log2(static_cast<long double>(x))); }

constexpr float kLog2E = 1.44269504F, kLn2 = 0.693147181F;

float logistic(float x, float factor) { return 1.0F / (power_of_two(x * factor) + 1.0F); }

double normal_cdf(double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; }

/// A table of `segments` straight lines on [-reach, reach] of a function that goes from `first` to `last`.
struct Table {
  double (*function)(double);
  float reach, first, last;
  double curvature;  ///< the most of the second derivative
};

Table table_of(F function) {
  if (function == F::tanh) return {[](double x) { return std::tanh(x); }, 4, -1, 1, 0.7699};
  if (function == F::gelu) return {normal_cdf, 4, 0, 1, 0.242};
  return {[](double x) { return 1 / (1 + std::exp(-x)); }, 8, 0, 1, 0.0963};
}

float from_table(const Activation& a, float x) {
  if (std::isnan(x)) return x;
  const Table table = table_of(a.function);
  const auto value = [&](uint32_t i) {
    if (i == 0) return table.first;
    if (i == a.table) return table.last;
    return static_cast<float>(table.function(2.0 * table.reach * i / a.table - double{table.reach}));
  };
  const auto n = static_cast<float>(a.table);
  const float place = std::clamp((x + table.reach) * (n / (table.reach + table.reach)), 0.0F, n);
  const uint32_t i = std::min(static_cast<uint32_t>(place), a.table - 1);
  return value(i) + (place - static_cast<float>(i)) * (value(i + 1) - value(i));
}

/// What the straight lines, and the jump to the end, are off by.
double table_error(const Activation& a) {
  const Table table = table_of(a.function);
  const double width = 2.0 * table.reach / a.table,
               jump = std::fabs(table.function(double{table.reach}) - double{table.last});
  return width * width / 8 * table.curvature + jump + 1e-6;
}

float normal_cdf_in_fp32(float x) {
  const float magnitude = x < -x ? -x : x;
  const float t = 1.0F / (magnitude * (0.3275911F / 1.41421356F) + 1.0F);
  float sum = t * (1.061405429F / 2);
  for (const float coefficient : {-1.453152027F, 1.421413741F, -0.284496736F, 0.254829592F})
    sum = (sum + coefficient / 2) * t;
  const float tail = sum * power_of_two(x * x * (-kLog2E / 2));
  return x < 0 ? tail : 1.0F - tail;
}

}  // namespace

float activation_in_fp32(const Activation& a, float x) {
  switch (a.function) {
    case F::none:
      break;
    case F::relu:
      return x < 0 ? 0.0F : x;
    case F::relu6:
      return x < 0 ? 0.0F : x > 6 ? 6.0F : x;
    case F::clamp:
      return x < a.low ? a.low : x > a.high ? a.high : x;
    case F::leaky_relu:
      return x < 0 ? x * a.slope : x;
    case F::elu:
      return x < 0 ? (power_of_two(x * kLog2E) - 1.0F) * a.alpha : x;
    case F::sigmoid:
      return a.table ? from_table(a, x) : logistic(x, -kLog2E);
    case F::tanh:
      return a.table ? from_table(a, x) : 2.0F * logistic(x, -2 * kLog2E) - 1.0F;
    case F::gelu:
      return x * (a.table ? from_table(a, x) : normal_cdf_in_fp32(x));
    case F::gelu_tanh:
      return x * logistic((x * x * 0.0713548163F + 1.59576912F) * x, -kLog2E);
    case F::silu:
      return x * (a.table ? from_table(a, x) : logistic(x, -kLog2E));
    case F::softplus:
      return logarithm(power_of_two((x < -x ? x : -x) * kLog2E) + 1.0F) * kLn2 + (x < 0 ? 0.0F : x);
    case F::squareplus: {
      const float root = static_cast<float>(1.0L / std::sqrt(static_cast<long double>(x * x + 4.0F)));
      return (1.0F / root + x) * 0.5F;
    }
  }
  return x;
}

double exact_activation(const Activation& a, double x) {
  switch (a.function) {
    case F::none:
      break;
    case F::relu:
      return x < 0 ? 0 : x;
    case F::relu6:
      return x < 0 ? 0 : x > 6 ? 6 : x;
    case F::clamp:
      return x < a.low ? double{a.low} : x > a.high ? double{a.high} : x;
    case F::leaky_relu:
      return x < 0 ? x * double{a.slope} : x;
    case F::elu:
      return x < 0 ? std::expm1(x) * double{a.alpha} : x;
    case F::sigmoid:
      return 1 / (1 + std::exp(-x));
    case F::tanh:
      return std::tanh(x);
    case F::gelu:
      return x * normal_cdf(x);
    case F::gelu_tanh:
      return x / 2 * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case F::silu:
      return x / (1 + std::exp(-x));
    case F::softplus:
      return std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x)));
    case F::squareplus:
      return (x + std::hypot(x, 2)) / 2;
  }
  return x;
}

double activation_error(const Activation& a, double x) {
  constexpr double kRounding = 0x1p-24, kUnderflow = 0x1p-149;
  const double magnitude = std::fabs(x);
  switch (a.function) {
    case F::none:
    case F::relu:
    case F::relu6:
    case F::clamp:
      return 0;
    case F::leaky_relu:
      return kRounding * magnitude * std::fabs(double{a.slope}) + kUnderflow;
    case F::elu:
      return 4 * kRounding * std::fabs(double{a.alpha});
    case F::sigmoid:
      return a.table ? table_error(a) : 4 * kRounding;
    case F::tanh:
      return a.table ? table_error(a) : 8 * kRounding;
    case F::gelu:
    case F::silu: {
      // Beyond the table x times the function is x or 0, and so is the exact product but for its tail.
      const double end = a.function == F::gelu ? 4 : 8;
      if (a.table) return std::min(magnitude, end) * table_error(a) + 2 * kRounding * magnitude + kUnderflow;
      return (a.function == F::gelu ? 1.5e-7 : 0.0) * std::min(magnitude, 8.0) + 6 * kRounding * magnitude +
             kUnderflow;
    }
    case F::gelu_tanh:
      return 16 * kRounding * magnitude + kUnderflow;
    case F::softplus:
      return 4 * kRounding * (1 + magnitude);
    case F::squareplus:
      return 4 * kRounding * (1 + magnitude);
  }
  return 0;
}

double steepest_slope(const Activation& a) {
  switch (a.function) {
    case F::leaky_relu:
      return std::max(1.0, std::fabs(double{a.slope}));
    case F::elu:
      return std::max(1.0, std::fabs(double{a.alpha}));
    case F::sigmoid:
      return 0.25;
    case F::gelu:
    case F::gelu_tanh:
      return 1.13;
    case F::silu:
      return 1.1;
    default:
      return 1;
  }
}

}  // namespace systole
