#include "sim/reference/fp64.h"

#include <algorithm>
#include <cmath>

#include "models/clones.h"
#include "sim/reference/activation.h"
#include "sim/reference/compare.h"
#include "sim/reference/non_finite.h"

namespace systole {
namespace {

constexpr uint64_t kMostMacs = uint64_t{1} << 26;
constexpr uint64_t kSample = 65536;
constexpr uint32_t kLanes = 16;  // sums side by side, so that vector instructions change no rounding

/// `count` values, `stride` apart.
struct Strided {
  const float* at;
  uint64_t stride;
};

template <class Product>
SYSTOLE_INLINE double sum_of_products(Strided x, Strided w, uint32_t count, Product product) {
  double lanes[kLanes] = {}, sum = 0;
  uint32_t c = 0;
  if (x.stride == 1 && w.stride == 1) {
    for (; c + kLanes <= count; c += kLanes) {
      for (uint32_t i = 0; i < kLanes; ++i) lanes[i] += product(x.at[c + i], w.at[c + i]);
    }
  }
  for (; c < count; ++c) sum += product(x.at[c * x.stride], w.at[c * w.stride]);
  for (double lane : lanes) sum += lane;
  return sum;
}

SYSTOLE_CLONES double dot(Strided x, Strided w, uint32_t count) {
  return sum_of_products(x, w, count, [](float a, float b) { return double{a} * double{b}; });
}

SYSTOLE_CLONES double absolute_dot(Strided x, Strided w, uint32_t count) {
  return sum_of_products(x, w, count, [](float a, float b) { return std::fabs(double{a} * double{b}); });
}

const float* floats(const std::vector<uint8_t>& bytes) {
  return reinterpret_cast<const float*>(bytes.data());
}

/// One place of the i-th of kSample equal stretches of `count`: multiples of the golden ratio spread evenly.
uint64_t sampled(uint64_t i, uint64_t count) {
  const auto start = [count](uint64_t stretch) {
    return count / kSample * stretch + count % kSample * stretch / kSample;
  };
  const uint64_t fraction = (i * 0x9e3779b97f4a7c15U) >> 32;
  return start(i) + (((start(i + 1) - start(i)) * fraction) >> 32);
}

}  // namespace

Fp64Layer::Fp64Layer(const Problem& problem, const TensorData& data)
    : p_(problem),
      input_(floats(data.input)),
      weight_(floats(data.weight)),
      bias_(floats(data.bias)),
      padding_counts_(!all_finite(Format::fp32, data.weight)) {}

Fp64Layer::Place Fp64Layer::place_of(uint64_t index) const {
  // Groups of a convolution lie side by side in the channels; those of a gemm follow one another.
  const uint64_t channels = p_.output.pixel, channel = index % channels, row = index / channels;
  if (channels > p_.M) return {channel / p_.M, row, channel % p_.M};
  return {row / p_.gemm_m(), row % p_.gemm_m(), channel};
}

template <class Dot>
double Fp64Layer::sum(const Place& place, Dot products) const {
  static constexpr float kZero = 0;
  const auto [group, row, m] = place;
  const float* image = input_ + group * p_.input.group + row / p_.Q / p_.P * p_.input.image;
  const float* filter = weight_ + group * p_.weight.group + m * p_.weight.filter;
  const int64_t top = static_cast<int64_t>(row / p_.Q % p_.P * p_.stride_h) - p_.pad_top;
  const int64_t left = static_cast<int64_t>(row % p_.Q * p_.stride_w) - p_.pad_left;
  double sum = 0;
  for (uint32_t r = 0; r < p_.R; ++r) {
    const int64_t y = top + int64_t{r} * p_.dilation_h;
    for (uint32_t s = 0; s < p_.S; ++s) {
      const int64_t x = left + int64_t{s} * p_.dilation_w;
      const Strided weights{filter + r * p_.weight.r + s * p_.weight.s, p_.weight.channel};
      if (y >= 0 && y < p_.H && x >= 0 && x < p_.W) {
        sum += products({image + y * p_.input.row + x * p_.input.pixel, p_.input.channel}, weights, p_.C);
      } else if (padding_counts_) {
        sum += products({&kZero, 0}, weights, p_.C);
      }
    }
  }
  return sum;
}

double Fp64Layer::output(uint64_t index) const {
  const Place place = place_of(index);
  double value = sum(place, dot);
  if (p_.bias) value += double{bias_[place.group * p_.M + place.m]};
  if (p_.has_scale) value *= double{p_.scale};
  return exact_activation(p_.activation, value);
}

double Fp64Layer::magnitude(uint64_t index) const { return sum(place_of(index), absolute_dot); }

Fp64Error fp64_error(const Problem& p, const TensorData& data, const std::vector<uint8_t>& output) {
  const WideLayer wide(p, data);
  const Fp64Layer layer(wide.problem(), wide.data());
  // What a narrower output cannot hold is an error of the format, however it is stored.
  const double overflow = overflow_of(traits_of(Format::fp32));
  const uint64_t count = p.output_elements();
  const bool all = p.macs() <= kMostMacs || count <= kSample;
  Fp64Error error{0, all ? count : kSample};
  for (uint64_t i = 0; i < error.outputs; ++i) {
    const uint64_t at = all ? i : sampled(i, count);
    const double distance =
        distance_of_output(element(p.formats.output, output, at), layer.output(at), 0, overflow);
    error.max_abs_error = std::max(error.max_abs_error, distance);
  }
  return error;
}

}  // namespace systole
