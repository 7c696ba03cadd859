#include "sim/lowering/tile_walk.h"

namespace systole {
namespace {

BlockRange range_of(const Blocks& blocks, uint64_t index) {
  const uint32_t i = static_cast<uint32_t>(index);
  return {i, i * blocks.block, blocks.size(i)};
}

}  // namespace

TileStep TileWalk::step(uint64_t number) const {
  TileStep step;
  step.number = number;
  std::array<uint64_t, 3> index{};  // by GemmDim
  uint64_t rest = number;
  for (int i = 2; i >= 0; --i) {
    const GemmDim dim = plan_.tiles.order[i];
    index[static_cast<int>(dim)] = rest % plan_.count(dim);
    rest /= plan_.count(dim);
  }
  const uint64_t m = index[static_cast<int>(GemmDim::m)], n = index[static_cast<int>(GemmDim::n)];
  const uint64_t k = index[static_cast<int>(GemmDim::k)];
  const uint64_t row_blocks = plan_.rows.count(), col_blocks = plan_.cols.count();
  step.groups = range_of(plan_.groups, rest);
  step.rows = range_of(plan_.rows, m % row_blocks);
  step.cols = range_of(plan_.cols, m / row_blocks % col_blocks);
  step.images = range_of(plan_.images, m / row_blocks / col_blocks);
  step.filters = range_of(plan_.filters, n);
  step.channels = range_of(plan_.channels, k);
  step.input = (rest * plan_.count_m + m) * plan_.count_k + k;
  step.weight = (rest * plan_.count_n + n) * plan_.count_k + k;
  step.result = (rest * plan_.count_m + m) * plan_.count_n + n;
  step.bias = rest * plan_.count_n + n;
  step.first_k = k == 0;
  step.last_k = k + 1 == plan_.count_k;
  return step;
}

}  // namespace systole
