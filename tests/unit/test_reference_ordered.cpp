#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "reference_cases.h"
#include "reference_naive.h"
#include "sim/reference/ordered.h"
#include "sim/reference/packed_order.h"

using namespace systole;
using namespace systole::test;

namespace {

/// Shuffled k, fill at random places, segments of random lengths.
AccumulationOrder random_order(const Problem& problem, uint32_t mma_k, std::mt19937& random) {
  AccumulationOrder order;
  order.mma_k = mma_k;
  order.k_index = natural_order(problem).k_index;
  order.k_index.resize(order.k_index.size() * 5 / 4, -1);
  std::shuffle(order.k_index.begin(), order.k_index.end(), random);
  while (order.k_index.size() % mma_k != 0) order.k_index.push_back(-1);
  for (uint32_t end = 0; end < order.steps();) {
    end = std::min(static_cast<uint32_t>(order.steps()), end + static_cast<uint32_t>(1 + random() % 40));
    order.segment_end.push_back(end);
  }
  return order;
}

AccumulationOrder in_steps(const Problem& problem, uint32_t mma_k) {
  AccumulationOrder order = natural_order(problem);
  order.mma_k = mma_k;
  while (order.k_index.size() % mma_k != 0) order.k_index.push_back(-1);
  order.segment_end = {static_cast<uint32_t>(order.steps())};
  return order;
}

std::vector<float> naive(const Layer& layer, const TensorData& data, const AccumulationOrder& order) {
  return naive_outputs<float>(layer, data, [&](const auto& factors) { return sum_in_order(factors, order); });
}

}  // namespace

// The naive loop is compiled for the baseline instruction set, the reference picks the best clone: equality
// of bits also says that the clones agree.
TEST_CASE("the ordered reference equals the textbook loop bit for bit, in k order", "[reference]") {
  for (const Layer& layer : awkward_layers(Format::fp32)) {
    const Problem problem = make_problem(layer);
    const TensorData data = make_tensors(layer, problem, 7);
    for (uint32_t mma_k : {1U, 2U, 3U, 4U, 8U, 13U, 16U, 32U, 64U}) {
      INFO(layer.name << " mma_k " << mma_k);
      const AccumulationOrder order = in_steps(problem, mma_k);
      CHECK(bytes_of(ordered_sums_fp32(problem, order, {}, data, 1)) == bytes_of(naive(layer, data, order)));
    }
  }
}

TEST_CASE("the ordered reference follows any order, with fill and segments", "[reference]") {
  std::mt19937 random(3);
  for (const Layer& layer : awkward_layers(Format::fp32)) {
    const Problem problem = make_problem(layer);
    const TensorData data = make_tensors(layer, problem, 8);
    for (uint32_t mma_k : {1U, 2U, 4U, 5U, 7U, 16U}) {
      INFO(layer.name << " mma_k " << mma_k);
      const AccumulationOrder order = random_order(problem, mma_k, random);
      CHECK(bytes_of(ordered_sums_fp32(problem, order, {}, data, 1)) == bytes_of(naive(layer, data, order)));
    }
  }
}

TEST_CASE("permuting the order, its steps or its segments changes the bits", "[reference]") {
  const Layer layer = gemm_layer("permuted", {1, 8, 8, 96, false, false});
  const Problem problem = make_problem(layer);
  const TensorData data = make_tensors(layer, problem, 9);
  const AccumulationOrder natural = natural_order(problem);
  const auto bits = bytes_of(ordered_sums_fp32(problem, natural, {}, data, 1));

  AccumulationOrder swapped = natural;
  std::swap(swapped.k_index[10], swapped.k_index[60]);
  CHECK(bytes_of(ordered_sums_fp32(problem, swapped, {}, data, 1)) != bits);

  AccumulationOrder split = natural;
  split.segment_end = {48, 96};
  CHECK(bytes_of(ordered_sums_fp32(problem, split, {}, data, 1)) != bits);
  CHECK(bytes_of(ordered_sums_fp32(problem, in_steps(problem, 4), {}, data, 1)) != bits);
}

TEST_CASE("a single negative zero keeps its sign, a sum with a padding zero follows IEEE", "[reference]") {
  const Layer layer = gemm_layer("signs", {1, 1, 2, 1, false, false});
  const Problem problem = make_problem(layer);
  TensorData data;
  data.input = bytes_of<float>({0.0F});
  data.weight = bytes_of<float>({-3.0F, 3.0F});
  AccumulationOrder order = natural_order(problem);
  order.k_index = {-1, 0, -1, -1};
  order.mma_k = 2;
  order.segment_end = {1, 2};
  CHECK(bytes_of(ordered_sums_fp32(problem, order, {}, data, 1)) == bytes_of<float>({-0.0F, 0.0F}));
}

TEST_CASE("threads do not change the ordered reference", "[reference]") {
  const Layer layer = conv_layer("threads", {2, 2, 40, 33, 35, 150, 3, 3, {1, 1}, {1, 1}, {1, 1, 1, 1}});
  const Problem problem = make_problem(layer);
  const TensorData data = make_tensors(layer, problem, 10);
  const auto one = ordered_sums_fp32(problem, natural_order(problem), {}, data, 1);
  CHECK(bytes_of(ordered_sums_fp32(problem, natural_order(problem), {}, data, 2)) == bytes_of(one));
  CHECK(bytes_of(ordered_sums_fp32(problem, natural_order(problem), {}, data, 5)) == bytes_of(one));
}

TEST_CASE("an order that loses, repeats or invents a k is refused", "[reference]") {
  const Problem problem = make_problem(gemm_layer("bad", {1, 2, 2, 4, false, false}));
  const auto with = [](std::vector<int32_t> k, std::vector<uint32_t> ends, uint32_t mma_k = 1) {
    AccumulationOrder order;
    order.mma_k = mma_k, order.k_index = std::move(k), order.segment_end = std::move(ends);
    return order;
  };
  CHECK_NOTHROW(pack_order(problem, with({3, 2, -1, 0, 1}, {2, 5})));
  CHECK_THROWS_AS(pack_order(problem, with({0, 1, 2}, {3})), std::logic_error);
  CHECK_THROWS_AS(pack_order(problem, with({0, 1, 2, 2}, {4})), std::logic_error);
  CHECK_THROWS_AS(pack_order(problem, with({0, 1, 2, 4}, {4})), std::logic_error);
  CHECK_THROWS_AS(pack_order(problem, with({0, 1, 2, 3}, {3})), std::logic_error);
  CHECK_THROWS_AS(pack_order(problem, with({0, 1, 2, 3}, {4}, 3)), std::logic_error);
}
