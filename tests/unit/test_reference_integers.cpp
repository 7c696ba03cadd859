#include <catch2/catch.hpp>

#include "reference_cases.h"
#include "reference_naive.h"
#include "sim/reference/onednn.h"
#include "sim/reference/ordered.h"
#include "sim/reference/packed_order.h"
#include "sim/reference/plain.h"

using namespace systole;
using namespace systole::test;

namespace {

int32_t exact_sum(const std::vector<Factors<int8_t>>& factors) {
  int64_t sum = 0;
  for (const auto& f : factors) sum += int64_t{f.input} * f.weight;
  return static_cast<int32_t>(sum);
}

}  // namespace

TEST_CASE("int8: all references equal the textbook loop", "[reference]") {
  for (const Layer& layer : awkward_layers(Format::int8)) {
    INFO(layer.name);
    const Problem problem = make_problem(layer);
    const TensorData data = make_tensors(layer, problem, 11);
    const std::vector<int32_t> expected = naive_outputs<int8_t>(layer, data, exact_sum);
    CHECK(ordered_sums_integer(problem, data, 2) == expected);
    CHECK(plain_sums(problem, data) == expected);
    const auto onednn = onednn_sums_int8(problem, data);
    if (onednn) CHECK(*onednn == expected);
  }
}

TEST_CASE("int8: extreme operands do not saturate", "[reference]") {
  for (const Layer& layer : {gemm_layer("extreme", {2, 3, 70, 256, false, false}, Format::int8),
                             conv_layer("extreme", {1, 1, 64, 5, 5, 64, 3, 3}, Format::int8)}) {
    const Problem problem = make_problem(layer);
    TensorData data;
    data.input.assign(problem.input_elements(), 0x80);
    data.weight.assign(problem.weight_elements(), 0x80);
    const std::vector<int32_t> expected(problem.output_elements(),
                                        static_cast<int32_t>(16384 * problem.gemm_k()));
    CHECK(ordered_sums_integer(problem, data, 1) == expected);
    CHECK(plain_sums(problem, data) == expected);
    const auto onednn = onednn_sums_int8(problem, data);
    if (onednn) CHECK(*onednn == expected);
  }
}

TEST_CASE("on small integers fp32 is exact in any order, and so is oneDNN", "[reference]") {
  for (Layer layer : awkward_layers(Format::fp32)) {
    INFO(layer.name);
    layer.data.kind = DataKind::integers;
    const Problem problem = make_problem(layer);
    const TensorData data = make_tensors(layer, problem, 12);
    const auto ordered = ordered_sums_fp32(problem, natural_order(problem), {}, data, 1);
    CHECK(ordered == onednn_sums_fp32(problem, data).sums);
    CHECK(ordered == naive_outputs<float>(layer, data, [](const auto& factors) {
            double sum = 0;
            for (const auto& f : factors) sum += double{f.input} * f.weight;
            return static_cast<float>(sum);
          }));
  }
}
