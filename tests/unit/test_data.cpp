#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>

#include "reference_cases.h"
#include "reference_naive.h"
#include "sim/workload/data.h"
#include "sim/workload/draw.h"

using namespace systole;
using namespace systole::test;

namespace {

std::vector<uint8_t> drawn(Distribution distribution, Format type, uint64_t seed, uint64_t count) {
  std::vector<uint8_t> bytes(count * traits_of(type).bits / 8);
  draw(distribution, type, seed, count, count, bytes.data());
  return bytes;
}

}  // namespace

TEST_CASE("drawn numbers are fixed for all time", "[data]") {
  const uint64_t seed = tensor_seed(1, "conv1", "input");
  CHECK(seed == 0x6452da47195d44cc);
  const auto normals = numbers<int32_t>(drawn(Distribution::normal, Format::int32, seed, 10001));
  const auto integers = numbers<int8_t>(drawn(Distribution::integers, Format::int8, seed, 10001));
  const std::map<size_t, std::pair<int32_t, int>> expected = {
      {0, {-79538, -2}},    {1, {-28504, -3}},  {2, {30785, 3}},    {3, {-6017, -3}},
      {4095, {-25162, -3}}, {4096, {2271, -1}}, {10000, {27448, 4}}};
  for (const auto& [index, pair] : expected) {
    INFO(index);
    CHECK(normals[index] == pair.first);
    CHECK(integers[index] == pair.second);
  }
}

TEST_CASE("every number type draws the same shape", "[data]") {
  const auto sums = numbers<int32_t>(drawn(Distribution::normal, Format::int32, 5, 9000));
  const auto floats = numbers<float>(drawn(Distribution::normal, Format::fp32, 5, 9000));
  const auto bytes = numbers<int8_t>(drawn(Distribution::normal, Format::int8, 5, 9000));
  const auto small_floats = numbers<float>(drawn(Distribution::integers, Format::fp32, 5, 9000));
  const auto small_bytes = numbers<int8_t>(drawn(Distribution::integers, Format::int8, 5, 9000));
  size_t wrong = 0;
  for (size_t i = 0; i < sums.size(); ++i) {
    wrong += floats[i] != static_cast<float>(sums[i]) / 32768;
    wrong += bytes[i] != std::min(127.0, std::floor(sums[i] / 1024.0 + 0.5));
    wrong += small_floats[i] != static_cast<float>(small_bytes[i]);
  }
  CHECK(wrong == 0);
}

TEST_CASE("a longer tensor begins with the shorter one", "[data]") {
  auto longer = drawn(Distribution::normal, Format::fp32, 9, 20000);
  longer.resize(4 * 5000);
  CHECK(drawn(Distribution::normal, Format::fp32, 9, 5000) == longer);
}

TEST_CASE("normals look normal, neighbours are independent", "[data]") {
  const size_t count = 1 << 20;
  const auto values =
      numbers<float>(drawn(Distribution::normal, Format::fp32, tensor_seed(0, "a", "b"), count));
  double sum = 0, squares = 0, neighbours = 0, blocks = 0;
  size_t within_one = 0;
  for (size_t i = 0; i < count; ++i) {
    sum += values[i], squares += values[i] * values[i];
    neighbours += values[i] * values[(i + 1) % count], blocks += values[i] * values[(i + 4096) % count];
    within_one += std::fabs(values[i]) < 1.1547;
  }
  // Deviation 37837 / 32768; four standard errors of each estimate.
  CHECK(sum / count == Approx(0).margin(0.0046));
  CHECK(std::sqrt(squares / count) == Approx(1.1547).margin(0.004));
  CHECK(neighbours / count == Approx(0).margin(0.0053));
  CHECK(blocks / count == Approx(0).margin(0.0053));
  // A sum of four uniforms has 0.6699 of its mass within one deviation (a normal: 0.6827).
  CHECK(double(within_one) / count == Approx(0.6699).margin(0.003));
}

TEST_CASE("integers are uniform from -4 to 4", "[data]") {
  const auto values = numbers<int8_t>(drawn(Distribution::integers, Format::int8, 77, 900000));
  std::map<int, int> histogram;
  for (int value : values) ++histogram[value];
  CHECK(histogram.size() == 9);
  CHECK(histogram.begin()->first == -4);
  for (const auto& [value, count] : histogram) {
    INFO(value);
    CHECK(count == Approx(100000).margin(1300));
  }
}

TEST_CASE("seed, layer and tensor each change the numbers", "[data]") {
  std::set<uint64_t> seeds;
  for (uint64_t run : {0, 1, 2})
    for (const char* layer : {"", "a", "b", "ab", "conv1", "conv2"})
      for (const char* tensor : {"input", "weight", "bias", "binput"})
        seeds.insert(tensor_seed(run, layer, tensor));
  CHECK(seeds.size() == 3 * 6 * 4);
}

TEST_CASE("tensors have their layer's sizes and repeat", "[data]") {
  Layer layer = conv_layer("sizes", {2, 2, 6, 5, 7, 8, 3, 2});
  layer.bias = true;
  const TensorData data = make_tensors(layer, make_problem(layer), 3);
  CHECK(data.input.size() == 4 * 2 * 5 * 7 * 6);
  CHECK(data.weight.size() == 4 * 8 * 3 * 2 * 3);
  CHECK(data.bias.size() == 4 * 8);
  CHECK(make_tensors(layer, make_problem(layer), 3).weight == data.weight);
  CHECK(make_tensors(layer, make_problem(layer), 4).weight != data.weight);

  layer.format = Format::int8;
  const TensorData narrow = make_tensors(layer, make_problem(layer), 3);
  CHECK(narrow.input.size() == 2 * 5 * 7 * 6);
  CHECK(narrow.weight.size() == 8 * 3 * 2 * 3);
  CHECK(narrow.bias.size() == 4 * 8);
  layer.bias = false;
  CHECK(make_tensors(layer, make_problem(layer), 3).bias.empty());

  for (Format format : {Format::fp32, Format::int8}) {
    for (const Layer& awkward : awkward_layers(format)) {
      INFO(awkward.name);
      const Problem problem = make_problem(awkward);
      const TensorData tensors = make_tensors(awkward, problem, 1);
      CHECK(tensors.input.size() == problem.input_bytes());
      CHECK(tensors.weight.size() == problem.weight_bytes());
    }
  }
}
