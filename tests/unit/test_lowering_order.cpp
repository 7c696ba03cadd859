#include <catch2/catch.hpp>

#include "lowering_case.h"
#include "sim/lowering/directory.h"

using namespace systole;
using namespace systole::test;

namespace {

AccumulationOrder order_of(const Layer& layer, const AcceleratorParams& arch, Dataflow dataflow,
                           const char* algorithm) {
  return find_algorithm(algorithm)->lower({layer, arch, dataflow}).order;
}

using Indices = std::vector<int32_t>;
using Ends = std::vector<uint32_t>;

}  // namespace

TEST_CASE("Steps and segments of a small window, by hand", "[lowering]") {
  ConvShape s;
  s.C = 3, s.M = 2, s.H = 3, s.W = 4, s.S = 2;  // k = (s, c) of 2 x 3
  const Layer layer = conv_layer(s);
  const AcceleratorParams arch = small_machine(2, 2, {1, 1, 2, 1}, 4096);

  SECTION("direct pads each tap; k in time is one segment") {
    const AccumulationOrder order = order_of(layer, arch, Dataflow::output_stationary, "direct");
    CHECK(order.k_index == Indices{0, 1, 2, -1, 3, 4, 5, -1});
    CHECK(order.segment_end == Ends{4});
  }
  SECTION("implicit_gemm pads once") {
    const AccumulationOrder order = order_of(layer, arch, Dataflow::output_stationary, "implicit_gemm");
    CHECK(order.k_index == Indices{0, 1, 2, 3, 4, 5});
    CHECK(order.segment_end == Ends{3});
  }
  SECTION("k on two rows: a segment a fold") {
    CHECK(order_of(layer, arch, Dataflow::weight_stationary, "direct").segment_end == Ends{2, 4});
    CHECK(order_of(layer, arch, Dataflow::input_stationary, "implicit_gemm").segment_end == Ends{2, 3});
  }
}

TEST_CASE("k tiles: one chain on a single fold, else a segment each", "[lowering]") {
  Layer layer = gemm_layer({1, 4, 2, 6, false, false});
  const AcceleratorParams arch = small_machine(2, 2, {}, 4096);
  layer.mapping.tile_k = 4;
  layer.mapping.tile_m = 2;
  layer.mapping.order = {GemmDim::m, GemmDim::n, GemmDim::k};
  CHECK(order_of(layer, arch, Dataflow::output_stationary, "direct").segment_end == Ends{6});
  layer.mapping.order = {GemmDim::k, GemmDim::m, GemmDim::n};
  CHECK(order_of(layer, arch, Dataflow::output_stationary, "direct").segment_end == Ends{4, 6});
  layer.mapping.tile_m = 3;  // a tile of two folds and one, at the edge, of one: both summed alike
  layer.mapping.order = {GemmDim::m, GemmDim::n, GemmDim::k};
  CHECK(order_of(layer, arch, Dataflow::output_stationary, "direct").segment_end == Ends{4, 6});
}

TEST_CASE("The least recently used place makes room", "[lowering]") {
  Directory directory(2);
  CHECK(directory.use(10) == 0);
  CHECK(directory.use(11) == 1);
  CHECK(directory.use(10) == 0);
  CHECK(directory.use(12) == 1);
  CHECK_FALSE(directory.find(11));
  CHECK(directory.find(10) == 0U);
  CHECK(directory.use(13) == 0);
}
