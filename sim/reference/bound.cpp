#include "sim/reference/bound.h"

#include <cmath>
#include <limits>

namespace systole {
namespace {

double gamma(double roundings) {
  const double product = roundings * 0x1p-24;
  return product < 1 ? product / (1 - product) : std::numeric_limits<double>::infinity();
}

}  // namespace

ErrorBound::ErrorBound(const Problem& problem) {
  const auto k = static_cast<double>(problem.gemm_k());
  const double scale = problem.has_scale ? std::fabs(static_cast<double>(problem.scale)) : 1;
  bias_factor_ = 2 * scale * gamma(k + 2);
  sum_factor_ = bias_factor_ * (1 + gamma(k));
  underflow_ = 2 * (scale * k + 1) * 0x1p-150;
}

double ErrorBound::tolerance(float absolute_sum, float bias) const {
  return sum_factor_ * absolute_sum + bias_factor_ * std::fabs(static_cast<double>(bias)) + underflow_;
}

}  // namespace systole
