#include "sim/reference/fp64.h"

#include <algorithm>

#include "models/clones.h"
#include "sim/reference/compare.h"

namespace systole {
namespace {

constexpr uint64_t kMostMacs = uint64_t{1} << 26;
constexpr uint64_t kSample = 65536;
constexpr uint32_t kLanes = 16;  // sums side by side, so that vector instructions change no rounding

SYSTOLE_CLONES double dot(const float* x, uint64_t x_stride, const float* w, uint64_t w_stride,
                          uint32_t count) {
  double lanes[kLanes] = {}, sum = 0;
  uint32_t c = 0;
  if (x_stride == 1 && w_stride == 1) {
    for (; c + kLanes <= count; c += kLanes) {
      for (uint32_t i = 0; i < kLanes; ++i) lanes[i] += double{x[c + i]} * double{w[c + i]};
    }
  }
  for (; c < count; ++c) sum += double{x[c * x_stride]} * double{w[c * w_stride]};
  for (double lane : lanes) sum += lane;
  return sum;
}

/// One output by the textbook's loops; taps outside the image add nothing.
class Fp64Layer {
 public:
  Fp64Layer(const Problem& problem, const TensorData& data)
      : p_(problem),
        input_(reinterpret_cast<const float*>(data.input.data())),
        weight_(reinterpret_cast<const float*>(data.weight.data())),
        bias_(reinterpret_cast<const float*>(data.bias.data())) {}

  /// `row`: of gemm.m; `m`: the filter of the group.
  double value(uint64_t group, uint64_t row, uint64_t m) const {
    double value = window(group, row, m);
    if (p_.bias) value += double{bias_[group * p_.M + m]};
    if (p_.has_scale) value *= double{p_.scale};
    return p_.relu ? std::max(value, 0.0) : value;
  }

  uint64_t place(uint64_t group, uint64_t row, uint64_t m) const {
    return group * p_.output.group + image_of(row) * p_.output.image + row / p_.Q % p_.P * p_.output.row +
           row % p_.Q * p_.output.pixel + m * p_.output.channel;
  }

 private:
  uint64_t image_of(uint64_t row) const { return row / p_.Q / p_.P; }

  double window(uint64_t group, uint64_t row, uint64_t m) const {
    const float* image = input_ + group * p_.input.group + image_of(row) * p_.input.image;
    const float* filter = weight_ + group * p_.weight.group + m * p_.weight.filter;
    const int64_t top = static_cast<int64_t>(row / p_.Q % p_.P * p_.stride_h) - p_.pad_top;
    const int64_t left = static_cast<int64_t>(row % p_.Q * p_.stride_w) - p_.pad_left;
    double sum = 0;
    for (uint32_t r = 0; r < p_.R; ++r) {
      const int64_t y = top + int64_t{r} * p_.dilation_h;
      if (y < 0 || y >= p_.H) continue;
      for (uint32_t s = 0; s < p_.S; ++s) {
        const int64_t x = left + int64_t{s} * p_.dilation_w;
        if (x < 0 || x >= p_.W) continue;
        sum += dot(image + y * p_.input.row + x * p_.input.pixel, p_.input.channel,
                   filter + r * p_.weight.r + s * p_.weight.s, p_.weight.channel, p_.C);
      }
    }
    return sum;
  }

  const Problem& p_;
  const float* input_;
  const float* weight_;
  const float* bias_;
};

/// One place of the i-th of kSample equal stretches of `count`: multiples of the golden ratio spread evenly.
uint64_t sampled(uint64_t i, uint64_t count) {
  const auto start = [count](uint64_t stretch) {
    return count / kSample * stretch + count % kSample * stretch / kSample;
  };
  const uint64_t fraction = (i * 0x9e3779b97f4a7c15U) >> 32;
  return start(i) + (((start(i + 1) - start(i)) * fraction) >> 32);
}

}  // namespace

Fp64Error fp64_error(const Problem& p, const TensorData& data, const std::vector<uint8_t>& output) {
  const Fp64Layer layer(p, data);
  const uint64_t count = p.output_elements();
  const bool all = p.macs() <= kMostMacs || count <= kSample;
  Fp64Error error{0, all ? count : kSample};
  for (uint64_t i = 0; i < error.outputs; ++i) {
    const uint64_t at = all ? i : sampled(i, count);
    const uint64_t m = at % p.M, row = at / p.M % p.gemm_m(), group = at / p.M / p.gemm_m();
    const double difference =
        distance(element(OutputType::fp32, output, layer.place(group, row, m)), layer.value(group, row, m));
    error.max_abs_error = std::max(error.max_abs_error, difference);
  }
  return error;
}

}  // namespace systole
