#include "sim/reference/plain.h"

#include "models/clones.h"

namespace systole {
namespace {

template <class T>
SYSTOLE_INLINE uint32_t dot_of(const T* x, uint64_t x_stride, const T* w, uint64_t w_stride, uint32_t count) {
  uint32_t sum = 0;
  if (x_stride == 1 && w_stride == 1) {
    for (uint32_t c = 0; c < count; ++c) sum += static_cast<uint32_t>(x[c]) * static_cast<uint32_t>(w[c]);
  } else {
    for (uint32_t c = 0; c < count; ++c)
      sum += static_cast<uint32_t>(x[c * x_stride]) * static_cast<uint32_t>(w[c * w_stride]);
  }
  return sum;
}

SYSTOLE_CLONES uint32_t dot(const int8_t* x, uint64_t x_stride, const int8_t* w, uint64_t w_stride,
                            uint32_t count) {
  return dot_of(x, x_stride, w, w_stride, count);
}

SYSTOLE_CLONES uint32_t dot(const int32_t* x, uint64_t x_stride, const int32_t* w, uint64_t w_stride,
                            uint32_t count) {
  return dot_of(x, x_stride, w, w_stride, count);
}

/// One output pixel of one filter; taps outside the image add nothing.
template <class T>
uint32_t window(const Problem& p, const T* image, const T* filter, int64_t top, int64_t left) {
  uint32_t sum = 0;
  for (uint32_t r = 0; r < p.R; ++r) {
    const int64_t y = top + int64_t{r} * p.dilation_h;
    if (y < 0 || y >= p.H) continue;
    for (uint32_t s = 0; s < p.S; ++s) {
      const int64_t x = left + int64_t{s} * p.dilation_w;
      if (x < 0 || x >= p.W) continue;
      sum += dot(image + y * p.input.row + x * p.input.pixel, p.input.channel,
                 filter + r * p.weight.r + s * p.weight.s, p.weight.channel, p.C);
    }
  }
  return sum;
}

template <class T>
std::vector<int32_t> sums_of(const Problem& p, const TensorData& data) {
  const auto* input = reinterpret_cast<const T*>(data.input.data());
  const auto* weight = reinterpret_cast<const T*>(data.weight.data());
  std::vector<int32_t> sums(p.output_elements());
  for (uint64_t g = 0; g < p.groups; ++g) {
    for (uint64_t row = 0; row < p.gemm_m(); ++row) {
      const uint64_t q = row % p.Q, y = row / p.Q % p.P, n = row / p.Q / p.P;
      const T* image = input + g * p.input.group + n * p.input.image;
      int32_t* out =
          sums.data() + g * p.output.group + n * p.output.image + y * p.output.row + q * p.output.pixel;
      for (uint64_t m = 0; m < p.M; ++m) {
        const T* filter = weight + g * p.weight.group + m * p.weight.filter;
        out[m * p.output.channel] =
            static_cast<int32_t>(window(p, image, filter, static_cast<int64_t>(y * p.stride_h) - p.pad_top,
                                        static_cast<int64_t>(q * p.stride_w) - p.pad_left));
      }
    }
  }
  return sums;
}

}  // namespace

std::vector<int32_t> plain_sums(const Problem& p, const TensorData& data) {
  return p.formats.input == Format::int8 ? sums_of<int8_t>(p, data) : sums_of<int32_t>(p, data);
}

}  // namespace systole
