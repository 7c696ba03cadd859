#include "sim/lowering/accumulation_order.h"

#include "sim/mapping/tile_plan.h"

namespace systole {
namespace {

/// Writes down steps and segments as the array works through the k of one tile after the other.
class OrderWriter {
 public:
  OrderWriter(const TileContext& context, AccumulationOrder& order)
      : k_on_rows_(context.traits.time != GemmDim::k), rows_(context.arch.pe_array.rows), order_(order) {}

  void add(int32_t k) {
    order_.k_index.push_back(k);
    if (order_.k_index.size() % order_.mma_k == 0) step_done();
  }

  /// Fills up the last step; where k lies on rows, the fold ends too.
  void end_stretch() {
    while (order_.k_index.size() % order_.mma_k != 0) add(-1);
    if (k_on_rows_) end_segment();
  }

  void end_segment() {
    const uint32_t steps = static_cast<uint32_t>(order_.steps());
    if (order_.segment_end.empty() ? steps > 0 : steps > order_.segment_end.back()) {
      order_.segment_end.push_back(steps);
    }
    steps_in_fold_ = 0;
  }

 private:
  void step_done() {
    if (k_on_rows_ && ++steps_in_fold_ == rows_) end_segment();
  }

  bool k_on_rows_;
  uint32_t rows_, steps_in_fold_ = 0;
  AccumulationOrder& order_;
};

}  // namespace

AccumulationOrder accumulation_order(const TileContext& context, const TilePlan& plan) {
  const Problem& p = context.problem;
  AccumulationOrder order;
  order.summation = context.arch.pe_array.mma.summation(p.formats.products()).value();
  order.mma_k = context.arch.pe_array.mma.k;
  OrderWriter writer(context, order);
  const bool one_chain = plan.one_fold && plan.sums_in_a_row;
  for (uint32_t tile = 0; tile < plan.channels.count(); ++tile) {
    const uint32_t begin = tile * plan.channels.block, end = begin + plan.channels.size(tile);
    for (uint32_t tap = 0; tap < p.R * p.S; ++tap) {
      for (uint32_t c = begin; c < end; ++c) writer.add(static_cast<int32_t>(tap * p.C + c));
      if (!context.flatten_k()) writer.end_stretch();
    }
    writer.end_stretch();
    if (!one_chain) writer.end_segment();
  }
  writer.end_segment();
  return order;
}

}  // namespace systole
