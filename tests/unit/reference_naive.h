#pragma once
// Textbook loops over a layer as the user writes it, with indices into the tensors' documented shapes: knows
// nothing of Problem's strides, of packing or of blocks.
#include <cstring>
#include <functional>
#include <vector>

#include "sim/lowering/accumulation_order.h"
#include "sim/workload/data.h"

namespace systole::test {

template <class T>
std::vector<T> numbers(const std::vector<uint8_t>& bytes) {
  std::vector<T> result(bytes.size() / sizeof(T));
  if (!bytes.empty()) std::memcpy(result.data(), bytes.data(), bytes.size());
  return result;
}

template <class T>
std::vector<uint8_t> bytes_of(const std::vector<T>& values) {
  std::vector<uint8_t> bytes(values.size() * sizeof(T));
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

/// One factor pair of an output; a padding zero has input 0.
template <class T>
struct Factors {
  T input, weight;
};

/// Calls `sum` with each output's factors, k ascending as (r * S + s) * C + c, in the output's order.
template <class T, class Sum>
auto naive_outputs(const Layer& layer, const TensorData& data, const Sum& sum) {
  const std::vector<T> x = numbers<T>(data.input), w = numbers<T>(data.weight);
  std::vector<decltype(sum(std::vector<Factors<T>>{}))> out;
  std::vector<Factors<T>> factors;
  if (layer.type == LayerType::gemm) {
    const auto [batch, m, n, k, ta, tb] = layer.gemm;
    for (size_t b = 0; b < batch; ++b)
      for (size_t i = 0; i < m; ++i)
        for (size_t j = 0; j < n; ++j) {
          factors.clear();
          for (size_t l = 0; l < k; ++l)
            factors.push_back(
                {x[b * m * k + (ta ? l * m + i : i * k + l)], w[b * k * n + (tb ? j * k + l : l * n + j)]});
          out.push_back(sum(factors));
        }
    return out;
  }
  const ConvShape& c = layer.conv;
  const size_t channels = c.C / c.G, filters = c.M / c.G;
  for (size_t n = 0; n < c.N; ++n)
    for (size_t p = 0; p < c.P(); ++p)
      for (size_t q = 0; q < c.Q(); ++q)
        for (size_t m = 0; m < c.M; ++m) {
          factors.clear();
          for (size_t r = 0; r < c.R; ++r)
            for (size_t s = 0; s < c.S; ++s)
              for (size_t ch = 0; ch < channels; ++ch) {
                const long y = static_cast<long>(p * c.stride[0] + r * c.dilation[0]) - c.pad[0];
                const long z = static_cast<long>(q * c.stride[1] + s * c.dilation[1]) - c.pad[1];
                const bool inside =
                    y >= 0 && y < static_cast<long>(c.H) && z >= 0 && z < static_cast<long>(c.W);
                const size_t channel = m / filters * channels + ch;
                const T input = inside ? x[((n * c.H + y) * c.W + z) * c.C + channel] : T{0};
                factors.push_back({input, w[((m * c.R + r) * c.S + s) * channels + ch]});
              }
          out.push_back(sum(factors));
        }
  return out;
}

/// The documented rule, literally: fill products are not there, first steps and segments start their sums.
inline float sum_in_order(const std::vector<Factors<float>>& factors, const AccumulationOrder& order) {
  float total = 0, segment = 0;
  bool total_started = false, segment_started = false;
  uint32_t step = 0;
  for (uint32_t end : order.segment_end) {
    for (; step < end; ++step) {
      std::vector<float> products;
      std::vector<bool> there;
      for (uint32_t i = 0; i < order.mma_k; ++i) {
        const int32_t k = order.k_index[step * order.mma_k + i];
        there.push_back(k >= 0);
        products.push_back(k >= 0 ? factors[k].input * factors[k].weight : 0);
      }
      while (products.size() > 1) {
        std::vector<float> next;
        std::vector<bool> next_there;
        for (size_t i = 0; i < products.size(); i += 2) {
          const bool left = there[i], right = i + 1 < products.size() && there[i + 1];
          next.push_back(left && right ? products[i] + products[i + 1]
                         : left        ? products[i]
                         : right       ? products[i + 1]
                                       : 0);
          next_there.push_back(left || right);
        }
        products = next, there = next_there;
      }
      if (!there[0]) continue;
      segment = segment_started ? segment + products[0] : products[0];
      segment_started = true;
    }
    if (!segment_started) continue;
    total = total_started ? total + segment : segment;
    total_started = true, segment_started = false;
  }
  return total;
}

}  // namespace systole::test
