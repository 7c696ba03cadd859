#include "models/functional/matmul.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "models/result_place.h"

namespace systole {
namespace {

// What is worked on at once: a matter of cache, and of memory where an operand is large.
constexpr uint64_t kRowsAtOnce = 64, kPanelsAtLeast = 4;
constexpr std::size_t kPanelLanes = std::size_t{1} << 20;

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
    if (offset != expected) throw std::logic_error("the index table and the input operand disagree");
  }
}

void MatMulExecutor::reset() {
  chain_open_ = false;
  of_totals_ = of_chain_ = {};
}

template <class Visit>
void MatMulExecutor::each_result(const MatMul& op, std::vector<Lane>& sums, const Visit& visit) {
  const uint64_t rows = rows_.lanes(), lanes = lanes_.lanes();
  const ResultView& view = op.result;
  const bool side_by_side = !transposed_ && view.n.stride == sizeof(Lane);
  for (uint64_t r = 0; r < rows; ++r) {
    Lane* row = sums.data() + r * stride_;
    const int64_t base = view.base + (transposed_ ? n_offset(view, r) : m_offset(view, r));
    if (side_by_side) {
      visit(image_.at(view.buffer, base, lanes * sizeof(Lane)), row, lanes);
      continue;
    }
    for (uint64_t l = 0; l < lanes; ++l) {
      const int64_t at = base + (transposed_ ? m_offset(view, l) : n_offset(view, l));
      visit(image_.at(view.buffer, at, sizeof(Lane)), row + l, 1);
    }
  }
}

/// The totals that the MatMul adds to.
void MatMulExecutor::take_up(const MatMul& op, PsumSource source) {
  if (source == PsumSource::accumulators) {
    if (!(of_totals_ == of_op_)) throw std::logic_error("a MatMul takes up sums that are not there");
    return;
  }
  of_totals_ = of_op_;
  totals_.assign(rows_.lanes() * stride_, arithmetic_.minus_zero);
  if (source == PsumSource::none) return;
  each_result(op, totals_,
              [](const uint8_t* from, Lane* to, uint64_t n) { std::memcpy(to, from, n * sizeof(Lane)); });
}

/// The totals go to the buffer.
void MatMulExecutor::put_down(const MatMul& op) {
  arithmetic_.canonicalize(totals_.data(), totals_.size());
  each_result(op, totals_,
              [](uint8_t* to, const Lane* from, uint64_t n) { std::memcpy(to, from, n * sizeof(Lane)); });
  of_totals_ = {};
}

/// Adds the products to `sums`; `order` says in which order.
void MatMulExecutor::multiply(const BlockArgs& order, std::vector<Lane>& sums) {
  const uint64_t elements = rows_.elements();
  const std::size_t row_stride = elements + 16;  // off powers of two
  const std::size_t panel_stride = elements * kBlockLanes;
  const uint64_t panels = std::max<uint64_t>(kPanelsAtLeast, kPanelLanes / panel_stride);
  BlockArgs args = order;
  args.y_panel_stride = panel_stride;
  args.x_row_stride = row_stride;
  args.dst_stride = stride_;
  panels_.resize(std::min<uint64_t>(panels, stride_ / kBlockLanes) * panel_stride);
  row_block_.resize(std::min(kRowsAtOnce, rows_.lanes()) * row_stride);
  args.x = row_block_.data();
  args.y = panels_.data();
  args.aligned = aligned_args(arithmetic_, rows_.format(), lanes_.format());
  const BlockKernel kernel = arithmetic_.block(args.depth, host_vectors());
  for (uint64_t lane = 0; lane < lanes_.lanes(); lane += panels * kBlockLanes) {
    const uint64_t lanes = std::min(panels * kBlockLanes, lanes_.lanes() - lane);
    args.panels = static_cast<uint32_t>(ceil_div(lanes, kBlockLanes));
    lanes_.gather_panels(lane, lanes, arithmetic_.minus_zero, panels_.data(), panel_stride);
    for (uint64_t row = 0; row < rows_.lanes(); row += kRowsAtOnce) {
      args.rows = std::min(kRowsAtOnce, rows_.lanes() - row);
      rows_.gather_rows(row, args.rows, 0, row_block_.data(), row_stride);
      args.dst = sums.data() + row * stride_ + lane;
      kernel(args);
    }
  }
}

void MatMulExecutor::set_operands(const MatMul& op, const MatMulGeometry& geometry) {
  const uint32_t depth = static_cast<uint32_t>(geometry.step_elements);
  if (op.input.depth() != op.weight.depth()) throw std::logic_error("a MatMul's operands disagree in k");
  const uint64_t m = uint64_t{op.result.m[0].size} * op.result.m[1].size * op.result.m[2].size;
  if (m != geometry.m || op.result.n.size != geometry.n)
    throw std::logic_error("a MatMul's result is not of its operands' size");
  if (op.indexing == Indexing::table) {
    const uint64_t bytes = geometry.depth_elements * sizeof(int32_t);
    check_index_table(op.input, 0, geometry.depth_elements,
                      image_.at(op.input.buffer, static_cast<int64_t>(op.index_base), bytes));
  }
  of_op_ = {geometry.m, geometry.n, op.accumulator};
  transposed_ = geometry.n < kBlockLanes && geometry.m > geometry.n;  // else most of a panel stays empty
  rows_.set(transposed_ ? op.weight : op.input, depth, op.flatten_k, image_);
  lanes_.set(transposed_ ? op.input : op.weight, depth, op.flatten_k, image_);
  if (rows_.elements() != lanes_.elements()) throw std::logic_error("a MatMul's operands disagree in k");
  stride_ = ceil_div(lanes_.lanes(), kBlockLanes) * kBlockLanes;
}

void MatMulExecutor::execute(const MatMul& op) {
  const DataflowFolds& dataflow = folds_of(op.dataflow);
  const ArrayShape shape = dataflow.shape(params_, op.formats());
  const MatMulGeometry geometry = MatMulGeometry::of(op, shape.depth);
  arithmetic_ = arithmetic_of(shape.summation, shape.formats);
  set_operands(op, geometry);
  BlockArgs order;
  order.depth = shape.depth;
  order.groups = shape.stationary ? geometry.steps / geometry.group_steps : 1;
  order.group_steps = geometry.steps / order.groups;
  order.sum_steps = shape.stationary ? shape.rows : geometry.steps;

  const bool one_fold = !shape.stationary && dataflow.count(geometry, shape) == 1;
  const bool stays = one_fold && op.psum_out == PsumTarget::accumulators;
  if (chain_open_ && !(one_fold && op.psum_in == PsumSource::accumulators)) {
    throw std::logic_error("a MatMul leaves its sums in the PEs and the next one does not take them up");
  }
  if (!chain_open_ && !stays) {
    take_up(op, op.psum_in);
    multiply(order, totals_);
    if (op.psum_out == PsumTarget::buffer) put_down(op);
    return;
  }
  if (!chain_open_) {
    chain_source_ = op.psum_in;
    of_chain_ = of_op_;
    chain_.assign(rows_.lanes() * stride_, arithmetic_.minus_zero);
  }
  if (!(of_chain_ == of_op_)) throw std::logic_error("a MatMul takes up sums that are not there");
  order.running = true;
  multiply(order, chain_);
  chain_open_ = stays;
  if (stays) return;
  take_up(op, chain_source_);
  arithmetic_.add(totals_.data(), chain_.data(), totals_.size());
  if (op.psum_out == PsumTarget::buffer) put_down(op);
}

}  // namespace systole
