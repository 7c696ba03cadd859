// What the references do to many outputs at once is what they do to each.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "reference_cases.h"
#include "sim/reference/bound.h"
#include "sim/reference/compare.h"
#include "sim/reference/ordered_kernel.h"
#include "sim/reference/post_ops.h"
#include "sim/workload/data.h"

using namespace systole;
using namespace systole::test;

namespace {

template <class T>
std::vector<T> numbers(size_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<T> drawn(count);
  for (T& number : drawn) number = static_cast<T>(static_cast<int32_t>(random())) / (1U << 20U);
  return drawn;
}

/// A block of sums by the textbook's loops.
std::vector<float> summed(const KernelShape& s, const std::vector<float>& input,
                          const std::vector<float>& weight, std::vector<float> sums) {
  const auto pairwise = [](std::vector<float> terms) {
    for (; terms.size() > 1; terms.resize(terms.size() / 2)) {
      for (size_t i = 0; i < terms.size() / 2; ++i) terms[i] = terms[2 * i] + terms[2 * i + 1];
    }
    return terms[0];
  };
  for (uint32_t row = 0; row < s.rows; ++row) {
    for (uint32_t col = 0; col < s.cols; ++col) {
      for (uint32_t k = 0; k < s.chunks * s.chunk; k += s.step) {
        std::vector<float> terms;
        for (uint32_t i = k; i < k + s.step; ++i) {
          const float a = input[(i / s.chunk * kKernelRows + row) * s.chunk + i % s.chunk];
          terms.push_back(a * weight[uint64_t{i} * s.cols + col]);
        }
        sums[row * s.cols + col] = sums[row * s.cols + col] + pairwise(terms);
      }
    }
  }
  return sums;
}

}  // namespace

TEST_CASE("a block of sums is the same bits for every width of registers", "[reference]") {
  const HostVectors widest = host_vectors();
  for (uint32_t step : {1, 2, 4, 8, 16, 32, 64}) {
    for (uint32_t rows : {1U, 5U, kKernelRows}) {
      for (uint32_t cols : {16, 32, 48, 64}) {
        const uint32_t chunk = std::max(8U, step);
        const KernelShape shape{step, chunk, 19, rows, cols};
        const auto input = numbers<float>(uint64_t{shape.chunks} * kKernelRows * chunk, 1);
        const auto weight = numbers<float>(uint64_t{shape.chunks} * chunk * cols, 2);
        const auto before = numbers<float>(uint64_t{kKernelRows} * cols, 3);
        const std::vector<float> expected = summed(shape, input, weight, before);
        for (HostVectors vectors : {HostVectors::plain, HostVectors::avx2, HostVectors::avx512}) {
          if (vectors > widest) continue;
          std::vector<float> sums = before;
          accumulate(shape, input.data(), weight.data(), sums.data(), vectors);
          INFO("step " << step << ", rows " << rows << ", cols " << cols << ", width "
                       << static_cast<int>(vectors));
          CHECK(std::equal(sums.begin(), sums.begin() + rows * cols, expected.begin()));
        }
      }
    }
  }
}

TEST_CASE("a block of integer sums wraps alike for every width of registers", "[reference]") {
  const KernelShape shape{1, 8, 11, 7, 48};
  std::mt19937 random(4);
  std::vector<uint32_t> input(shape.chunks * kKernelRows * 8), weight(shape.chunks * 8 * shape.cols);
  for (uint32_t& number : input) number = static_cast<uint32_t>(random());
  for (uint32_t& number : weight) number = static_cast<uint32_t>(random());
  for (HostVectors vectors : {HostVectors::plain, HostVectors::avx2, HostVectors::avx512}) {
    if (vectors > host_vectors()) continue;
    std::vector<uint32_t> sums(kKernelRows * shape.cols, 5);
    accumulate(shape, input.data(), weight.data(), sums.data(), vectors);
    uint32_t wrong = 0;
    for (uint32_t row = 0; row < shape.rows; ++row) {
      for (uint32_t col = 0; col < shape.cols; ++col) {
        uint32_t sum = 5;
        for (uint32_t k = 0; k < shape.chunks * 8; ++k)
          sum += input[(k / 8 * kKernelRows + row) * 8 + k % 8] * weight[k * shape.cols + col];
        wrong += sum != sums[row * shape.cols + col];
      }
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("outputs compared by blocks are found as they are one by one", "[reference]") {
  constexpr uint32_t kBlock = Closeness::kBlock;
  const auto reference = numbers<float>(kBlock, 5);
  std::vector<double> allowed(kBlock, 0x1p-3);
  const auto differing = [&](const std::vector<std::pair<uint32_t, float>>& changes, bool is_taken) {
    std::vector<float> output = reference;
    for (const auto& [i, value] : changes) output[i] = value;
    Closeness whole, single;
    for (Closeness* start : {&whole, &single}) start->add(7, 1, 1.0625, 0x1p-3);  // one before the block
    CHECK(whole.add_block(100, output.data(), reference.data(), allowed.data()) == is_taken);
    if (!is_taken) {
      CHECK(whole.worst_ratio == single.worst_ratio);
      CHECK(whole.beyond == 0);
      return;
    }
    for (uint32_t i = 0; i < kBlock; ++i) single.add(100 + i, output[i], reference[i], allowed[i]);
    CHECK(whole.max_abs_error == single.max_abs_error);
    CHECK(whole.max_magnitude == single.max_magnitude);
    CHECK(whole.beyond == single.beyond);
    CHECK(whole.other_class == 0);
    CHECK(whole.worst == single.worst);
    CHECK(whole.worst_ratio == single.worst_ratio);
  };
  differing({}, true);
  differing({{0, reference[0] + 0.25F}}, true);
  differing({{9, reference[9] + 0.25F}, {8, reference[8] - 0.25F}, {255, reference[255] + 0.25F}}, true);
  differing({{255, reference[255] + 0.03125F}}, true);
  differing({{3, 1e30F}, {200, -3e38F}}, true);
  allowed[17] = 0;
  differing({{17, reference[17] + 1}}, true);
  for (float value : {INFINITY, -INFINITY, std::numeric_limits<float>::quiet_NaN()})
    differing({{255, value}}, false);
  std::vector<float> broken = reference;
  broken[1] = INFINITY;
  Closeness none;
  CHECK(!none.add_block(0, reference.data(), broken.data(), allowed.data()));
}

TEST_CASE("bounds and biases of a block are those of its outputs", "[reference]") {
  for (Layer layer : awkward_layers(Format::fp32)) {
    INFO(layer.name);
    layer.bias = true;
    const Problem problem = make_problem(layer);
    const TensorData data = make_tensors(layer, problem, 13);
    const uint64_t outputs = problem.output_elements(), first = outputs / 3;
    const auto count = static_cast<uint32_t>(std::min<uint64_t>(300, outputs - first));
    std::vector<float> biases(count), sums = numbers<float>(count, 6);
    sums[count / 2] = INFINITY;
    biases_of_outputs(problem, data.bias, first, count, biases.data());
    std::vector<double> allowed(count);
    const ErrorBound bound(problem);
    bound.tolerances(sums.data(), biases.data(), count, allowed.data());
    uint64_t wrong = 0;
    for (uint32_t i = 0; i < count; ++i) {
      wrong += biases[i] != bias_of_output(problem, data.bias, first + i);
      wrong += allowed[i] != (std::isfinite(sums[i]) ? bound.tolerance(sums[i], biases[i]) : 0);
    }
    CHECK(wrong == 0);
  }
}
