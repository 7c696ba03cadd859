#include "models/compute/dataflow/register_traffic.h"

#include "models/number/format.h"

namespace systole {
namespace {

/// Rows that the results of `x_count` lanes of x are handed down, for each lane of y.
uint64_t rows_below(const ArrayShape& shape, uint64_t x_count) {
  const uint64_t R = shape.rows, blocks = x_count / shape.x_lanes, rest = x_count % shape.x_lanes;
  const uint64_t turns = blocks / R, row = blocks % R;
  const uint64_t below = turns * (R * (R - 1) / 2) + row * (R - 1) - row * (row - 1) / 2;
  return below * shape.x_lanes + rest * (R - 1 - row);
}

/// Lanes of y in columns whose PEs have one block of them.
uint64_t lanes_of_single_blocks(const ArrayShape& shape, const Fold& fold) {
  if (fold.y_count <= shape.width()) return fold.y_count;
  const uint64_t of_several = ceil_div(fold.y_count - shape.width(), shape.y_lanes);
  return of_several < shape.cols ? shape.width() - of_several * shape.y_lanes : 0;
}

}  // namespace

RegisterTraffic register_traffic(const MatMulGeometry& g, const ArrayShape& shape, const Fold& fold,
                                 const SumsInPes& sums) {
  const uint64_t k = g.elements_in(fold.k_begin, fold.k_count), results = fold.x_count * fold.y_count;
  const uint64_t x_bits = fold.x_count * k * traits_of(shape.x_format).bits,
                 y_bits = fold.y_count * k * traits_of(shape.y_format).bits;
  RegisterTraffic traffic;
  traffic.x.reads = traffic.x.writes = x_bits * fold.cols_used;
  if (shape.systolic) traffic.x.hops = x_bits * (fold.cols_used - 1);
  if (shape.stationary) {
    traffic.y.reads = traffic.y.writes = y_bits;
    traffic.sum_hops = results * (shape.rows - 1);
    return traffic;
  }
  // Several blocks of y take turns beside each block of x; a single one stays for all of them.
  const uint64_t x_turns = ceil_div(fold.x_count, shape.x_lanes),
                 single = lanes_of_single_blocks(shape, fold), lane_bits = y_bits / fold.y_count;
  traffic.y.writes = y_bits * fold.rows_used;
  traffic.y.reads = lane_bits * (single * fold.rows_used + (fold.y_count - single) * x_turns);
  if (shape.systolic) traffic.y.hops = y_bits * (fold.rows_used - 1);
  traffic.sum_writes = results * fold.k_count;
  traffic.sum_reads = results * (fold.k_count - (sums.continued ? 0 : 1) + (sums.kept ? 0 : 1));
  if (!sums.kept) traffic.sum_hops = rows_below(shape, fold.x_count) * fold.y_count;
  return traffic;
}

}  // namespace systole
