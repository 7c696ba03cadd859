#include "sim/reference/bound.h"

#include <algorithm>
#include <cmath>
#include <cstring>
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

uint64_t sum_roundings(const Problem& problem, const AccumulationOrder& order) {
  const AlignedSum& aligned = order.summation.block;
  if (aligned.fraction_bits == 0) return problem.gemm_k();
  const double f = std::ldexp(1.0, -aligned.fraction_bits), r = std::ldexp(1.0, -aligned.result_bits),
               terms = order.mma_k + 1.0;
  const double block = terms * f + r + terms * f * r + 0x1p-23;
  const double growth = static_cast<double>(order.steps()) * std::log1p(block);  // of the logarithm
  return static_cast<uint64_t>(std::ceil(-std::expm1(-growth) * 0x1p24));
}

double subnormal_excess(const ProductFormats& stored, const TensorData& data) {
  const auto largest = [](const std::vector<uint8_t>& tensor) {
    float most = 0;
    for (size_t i = 0; i < tensor.size(); i += sizeof(float)) {
      float number;
      std::memcpy(&number, tensor.data() + i, sizeof number);
      most = std::max(most, std::fabs(number));
    }
    return double{most};
  };
  const double x0 = std::ldexp(1.0, traits_of(stored.input).lane_min_exponent()),
               w0 = std::ldexp(1.0, traits_of(stored.weight).lane_min_exponent());
  return x0 * largest(data.weight) + w0 * largest(data.input) + x0 * w0;
}

ErrorBound::ErrorBound(const Problem& problem, uint64_t staged_roundings, uint64_t roundings, double excess) {
  const auto k = static_cast<double>(problem.gemm_k());
  const double scale = problem.has_scale ? std::fabs(static_cast<double>(problem.scale)) : 1;
  const double one_result = scale * gamma(k + 2);
  underflow_ = 2 * (scale * k + 1) * 0x1p-150;
  if (staged_roundings == 0) {
    const double machine = roundings == 0 ? one_result : scale * gamma(static_cast<double>(roundings) + 2);
    bias_factor_ = one_result + machine;
    sum_factor_ = bias_factor_ * (1 + gamma(k));
    if (excess > 0) underflow_ += machine * excess;
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
