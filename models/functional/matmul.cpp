#include "models/functional/matmul.h"

#include <algorithm>
#include <cstring>

#include "models/result_place.h"

namespace systole {
namespace {

constexpr uint64_t kRowsAtOnce = 64;  ///< a matter of cache

}  // namespace

void check_index_table(const OperandView& view, uint64_t first, uint64_t count, const uint8_t* table) {
  const auto& axes = view.k;
  for (uint64_t k = first; k < first + count; ++k, table += sizeof(int32_t)) {
    int32_t offset;
    std::memcpy(&offset, table, sizeof offset);
    const uint64_t inner = k % axes[2].size, tap = k / axes[2].size;
    const int64_t expected = static_cast<int64_t>(tap / axes[1].size) * axes[0].stride +
                             static_cast<int64_t>(tap % axes[1].size) * axes[1].stride +
                             static_cast<int64_t>(inner) * axes[2].stride;
    if (offset != expected) throw std::runtime_error("the index table and the input operand disagree");
  }
}

void MatMulExecutor::reset() {
  chain_open_ = false;
  totals_.clear();
  chain_.clear();
}

template <class Visit>
void MatMulExecutor::each_result(const MatMul& op, std::vector<Lane>& sums, const Visit& visit) {
  const uint64_t rows = rows_.lanes(), lanes = lanes_.lanes();
  const ResultView& view = op.result;
  const bool side_by_side = !turned_ && view.n.stride == sizeof(Lane);
  for (uint64_t r = 0; r < rows; ++r) {
    Lane* row = sums.data() + r * stride_;
    const int64_t base = view.base + (turned_ ? n_offset(view, r) : m_offset(view, r));
    if (side_by_side) {
      visit(image_.at(view.buffer, base, lanes * sizeof(Lane)), row, lanes);
      continue;
    }
    for (uint64_t l = 0; l < lanes; ++l) {
      const int64_t at = base + (turned_ ? m_offset(view, l) : n_offset(view, l));
      visit(image_.at(view.buffer, at, sizeof(Lane)), row + l, 1);
    }
  }
}

/// The totals that the MatMul adds to.
void MatMulExecutor::take_up(const MatMul& op, PsumSource source) {
  const std::size_t size = rows_.lanes() * stride_;
  if (source == PsumSource::accumulators) {
    if (totals_.size() != size) throw std::logic_error("a MatMul takes up sums of another size");
    return;
  }
  totals_.assign(size, traits_of(op.format).minus_zero);
  if (source == PsumSource::none) return;
  each_result(op, totals_,
              [](const uint8_t* from, Lane* to, uint64_t n) { std::memcpy(to, from, n * sizeof(Lane)); });
}

/// The totals go to the buffer.
void MatMulExecutor::put_down(const MatMul& op) {
  kernels_of(op.format).canonicalize(totals_.data(), totals_.size());
  each_result(op, totals_,
              [](uint8_t* to, const Lane* from, uint64_t n) { std::memcpy(to, from, n * sizeof(Lane)); });
}

/// Adds the products to `sums`, `order` says in which order.
void MatMulExecutor::multiply(const MatMul& op, const BlockArgs& order, std::vector<Lane>& sums) {
  const uint64_t elements = rows_.elements();
  const Lane fill = traits_of(op.format).minus_zero;
  const std::size_t row_stride = elements + 16;  // off powers of two
  BlockArgs args = order;
  args.panels = static_cast<uint32_t>(stride_ / kBlockLanes);
  args.y_panel_stride = elements * kBlockLanes;
  args.x_row_stride = row_stride;
  args.dst_stride = stride_;
  panels_.resize(args.panels * args.y_panel_stride);
  lanes_.gather_panels(fill, panels_.data(), args.y_panel_stride);
  row_block_.resize(std::min(kRowsAtOnce, rows_.lanes()) * row_stride);
  args.x = row_block_.data();
  args.y = panels_.data();
  const BlockKernel kernel = kernels_of(op.format).block(args.depth);
  for (uint64_t row = 0; row < rows_.lanes(); row += kRowsAtOnce) {
    args.rows = std::min(kRowsAtOnce, rows_.lanes() - row);
    rows_.gather_rows(row, args.rows, 0, row_block_.data(), row_stride);
    args.dst = sums.data() + row * stride_;
    kernel(args);
  }
}

void MatMulExecutor::execute(const MatMul& op) {
  const DataflowFolds& dataflow = folds_of(op.dataflow);
  const ArrayShape shape = dataflow.shape(params_, op.format);
  const MatMulGeometry geometry = MatMulGeometry::of(op, shape.depth);
  if (op.indexing == Indexing::table) {
    check_index_table(op.input, 0, geometry.depth_elements,
                      image_.at(op.input.buffer, static_cast<int64_t>(op.index_base),
                                geometry.depth_elements * sizeof(int32_t)));
  }
  turned_ =
      geometry.n < kBlockLanes && geometry.m > geometry.n;  // few lanes would leave most of a panel empty
  rows_.set(turned_ ? op.weight : op.input, op.format, shape.depth, op.flatten_k, image_);
  lanes_.set(turned_ ? op.input : op.weight, op.format, shape.depth, op.flatten_k, image_);
  stride_ = ceil_div(lanes_.lanes(), kBlockLanes) * kBlockLanes;

  BlockArgs order;
  order.depth = shape.depth;
  order.groups = shape.stationary ? geometry.steps / geometry.group_steps : 1;
  order.group_steps = geometry.steps / order.groups;
  order.sum_steps = shape.stationary ? shape.rows : geometry.steps;

  const bool one_fold = !shape.stationary && dataflow.count(geometry, shape) == 1;
  const bool stays = one_fold && op.psum_out == PsumTarget::accumulators;
  if (chain_open_ && op.psum_in != PsumSource::accumulators) {
    throw std::logic_error("a MatMul leaves its sums in the PEs and the next one does not take them up");
  }
  if (!chain_open_ && !stays) {
    take_up(op, op.psum_in);
    multiply(op, order, totals_);
    if (op.psum_out == PsumTarget::buffer) put_down(op);
    return;
  }
  const std::size_t size = rows_.lanes() * stride_;
  if (!chain_open_) {
    chain_source_ = op.psum_in;
    chain_.assign(size, traits_of(op.format).minus_zero);
  }
  if (chain_.size() != size) throw std::logic_error("a MatMul takes up sums of another size");
  order.running = true;
  multiply(op, order, chain_);
  chain_open_ = stays;
  if (stays) return;
  take_up(op, chain_source_);
  kernels_of(op.format).add(totals_.data(), chain_.data(), size);
  if (op.psum_out == PsumTarget::buffer) put_down(op);
}

}  // namespace systole
