// What a fold's PEs lose, against PEs looked at one by one: which lanes of which block hold an element.
#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "models/compute/dataflow/folds.h"

using namespace systole;

namespace {

MatMul matmul_of(uint32_t m, uint32_t n, const std::array<uint32_t, 3>& k, bool flatten_k) {
  MatMul op;
  op.input.lane[2].size = m;
  op.weight.lane[2].size = n;
  for (int axis = 0; axis < 3; ++axis) op.input.k[axis].size = op.weight.k[axis].size = k[axis];
  op.flatten_k = flatten_k;
  return op;
}

/// Elements of k in MMA step `step`, one by one: groups of k[2], padded each to whole steps, or all of k.
uint64_t elements_of(const MatMulGeometry& g, uint64_t step) {
  uint64_t elements = 0;
  const uint64_t first = step % g.group_steps * g.step_elements;
  for (uint64_t d = 0; d < g.step_elements; ++d) elements += first + d < g.group_elements;
  return elements;
}

using Pe = std::pair<uint32_t, uint32_t>;

/// The PEs that have work in a fold, each with the MACs it executes in all waves.
struct Looked {
  std::set<Pe> used;
  uint64_t macs = 0;
};

Looked look_at(const MatMulGeometry& g, const ArrayShape& shape, const Fold& fold) {
  Looked looked;
  for (uint64_t wave = 0; wave < fold.waves; ++wave) {
    for (uint32_t row = 0; row < shape.rows; ++row) {
      for (uint32_t col = 0; col < shape.cols; ++col) {
        // Output-stationary: rows are blocks of x and a wave is a step of k. Else the other way round.
        const uint64_t x_block = shape.stationary ? wave : row, step = shape.stationary ? row : wave;
        if (step >= fold.k_count) continue;
        uint64_t x = 0, y = 0;
        for (uint32_t lane = 0; lane < shape.x_lanes; ++lane)
          x += x_block * shape.x_lanes + lane < fold.x_count;
        for (uint32_t lane = 0; lane < shape.y_lanes; ++lane) y += col * shape.y_lanes + lane < fold.y_count;
        const uint64_t macs = x * y * elements_of(g, fold.k_begin + step);
        looked.macs += macs;
        if (macs != 0) looked.used.insert({row, col});
      }
    }
  }
  return looked;
}

struct Losses {
  uint64_t all = 0, macs = 0, padding = 0, edges = 0, unmapped = 0;
};

Losses counted(const MatMulGeometry& g, const ArrayShape& shape, const DataflowFolds& dataflow) {
  Losses losses;
  for (uint64_t i = 0; i < dataflow.count(g, shape); ++i) {
    const FoldSlots slots = slots_of(g, shape, dataflow.input_is_x, dataflow.fold(g, shape, i));
    losses.all += slots.all;
    losses.padding += slots.padding;
    losses.edges += slots.edges;
    losses.unmapped += slots.unmapped;
  }
  losses.macs = g.m * g.n * g.depth_elements;
  return losses;
}

Losses looked_up(const MatMulGeometry& g, const ArrayShape& shape, const DataflowFolds& dataflow) {
  std::set<Pe> ever;
  std::vector<std::pair<Fold, Looked>> folds;
  for (uint64_t i = 0; i < dataflow.count(g, shape); ++i) {
    const Fold fold = dataflow.fold(g, shape, i);
    folds.emplace_back(fold, look_at(g, shape, fold));
    ever.insert(folds.back().second.used.begin(), folds.back().second.used.end());
  }
  Losses losses;
  for (const auto& [fold, looked] : folds) {
    const uint64_t of_a_pe = fold.waves * shape.x_lanes * shape.y_lanes * shape.depth;
    losses.all += of_a_pe * shape.rows * shape.cols;
    losses.macs += looked.macs;
    losses.padding += of_a_pe * looked.used.size() - looked.macs;
    losses.edges += of_a_pe * (ever.size() - looked.used.size());
    losses.unmapped += of_a_pe * (uint64_t{shape.rows} * shape.cols - ever.size());
  }
  return losses;
}

}  // namespace

TEST_CASE("what PEs lose is what looking at each of them finds", "[folds]") {
  std::mt19937 random(11);
  const auto upto = [&](uint32_t most) { return 1 + static_cast<uint32_t>(random()) % most; };
  for (int round = 0; round < 400; ++round) {
    PeArrayParams array;
    array.rows = upto(5);
    array.cols = upto(5);
    array.mma.m = upto(3);
    array.mma.n = upto(3);
    array.mma.k = upto(4);
    const MatMul op = matmul_of(upto(17), upto(17), {upto(2), upto(2), upto(11)}, round % 2 == 0);
    for (const DataflowTraits& traits : dataflows()) {
      const DataflowFolds& dataflow = *traits.folds;
      const ArrayShape shape = dataflow.shape(array, op.formats());
      const MatMulGeometry g = MatMulGeometry::of(op, shape.depth);
      const Losses got = counted(g, shape, dataflow), wanted = looked_up(g, shape, dataflow);
      INFO(traits.name << ", round " << round);
      CHECK(got.all == wanted.all);
      CHECK(got.macs == wanted.macs);
      CHECK(got.padding == wanted.padding);
      CHECK(got.edges == wanted.edges);
      CHECK(got.unmapped == wanted.unmapped);
      CHECK(got.macs + got.padding + got.edges + got.unmapped == got.all);
    }
  }
}

// 2 x 2 PEs; a fold has as many slots as it has waves, times 4 PEs, times the block of a PE.
TEST_CASE("what PEs lose, by hand", "[folds]") {
  struct Case {
    const char* what;
    uint32_t m, n, k;  ///< of the MatMul
    MmaParams mma;
    Dataflow dataflow;
    uint64_t all, padding, edges, unmapped;
  };
  const MmaParams scalar, block{2, 1, 4, 1};
  for (const Case& each :
       {// Folds of 2x2, 2x1, 1x2 and 1x1 PEs, five waves each.
        Case{"edges", 3, 3, 5, scalar, Dataflow::output_stationary, 80, 0, 35, 0},
        // One row has work, the other never; folds of 2 and of 1 columns.
        Case{"a row that is never used", 1, 3, 5, scalar, Dataflow::output_stationary, 40, 0, 5, 20},
        // Two steps of k on the rows (4 and 2 elements), two waves of 2 and 1 lanes, folds of 2 and 1
        // columns:
        // 64 slots a fold, of which 64 and 32 lie in PEs with work, for 36 and 18 MACs.
        Case{"padding", 3, 3, 6, block, Dataflow::weight_stationary, 128, 28 + 14, 32, 0}}) {
    PeArrayParams array;
    array.rows = array.cols = 2;
    array.mma = each.mma;
    const MatMul op = matmul_of(each.m, each.n, {1, 1, each.k}, true);
    const DataflowFolds& dataflow = folds_of(each.dataflow);
    const ArrayShape shape = dataflow.shape(array, op.formats());
    const Losses got = counted(MatMulGeometry::of(op, shape.depth), shape, dataflow);
    INFO(each.what);
    CHECK(got.all == each.all);
    CHECK(got.padding == each.padding);
    CHECK(got.edges == each.edges);
    CHECK(got.unmapped == each.unmapped);
  }
}
