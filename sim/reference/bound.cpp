#include "sim/reference/bound.h"

#include <cmath>
#include <limits>

#include "models/clones.h"

namespace systole {
namespace {

double gamma(double roundings) {
  const double product = roundings * 0x1p-24;
  return product < 1 ? product / (1 - product) : std::numeric_limits<double>::infinity();
}

struct Factors {
  double sum, bias, underflow;
};

SYSTOLE_CLONES void tolerances_of(const Factors& factors, const float* sums, const float* biases,
                                  uint32_t count, double* result) {
  const Factors f = factors;
  for (uint32_t i = 0; i < count; ++i) {
    const double sum = double{sums[i]}, bias = double{biases[i]};
    const double allowed = f.sum * sum + f.bias * std::fabs(bias) + f.underflow;
    result[i] = std::fabs(sum + bias) <= std::numeric_limits<double>::max() ? allowed : 0;
  }
}

}  // namespace

ErrorBound::ErrorBound(const Problem& problem, uint64_t staged_roundings) {
  const auto k = static_cast<double>(problem.gemm_k());
  const double scale = problem.has_scale ? std::fabs(static_cast<double>(problem.scale)) : 1;
  const double one_result = scale * gamma(k + 2);
  underflow_ = 2 * (scale * k + 1) * 0x1p-150;
  if (staged_roundings == 0) {
    bias_factor_ = 2 * one_result;
    sum_factor_ = bias_factor_ * (1 + gamma(k));
    return;
  }
  const auto d = static_cast<double>(staged_roundings);
  sum_factor_ = one_result * (1 + gamma(k));
  staged_factor_ = scale * gamma(d + 2) * (1 + gamma(d));
  bias_factor_ = one_result + scale * gamma(d + 2);
  underflow_ += scale * 0x1p-110;
}

double ErrorBound::tolerance(double absolute_sum, float bias, double staged_sum) const {
  const double staged = staged_factor_ > 0 ? staged_factor_ * staged_sum : 0;
  return sum_factor_ * absolute_sum + staged + bias_factor_ * std::fabs(static_cast<double>(bias)) +
         underflow_;
}

void ErrorBound::tolerances(const float* absolute_sums, const float* biases, uint32_t count,
                            double* result) const {
  tolerances_of({sum_factor_, bias_factor_, underflow_}, absolute_sums, biases, count, result);
}

}  // namespace systole
