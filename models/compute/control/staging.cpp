// The first half of a fold's life: staged, preloaded, sent off as a stream.
#include <algorithm>
#include <stdexcept>
#include <utility>

#include "models/compute/control/compute_core.h"
#include "models/compute/dataflow/register_traffic.h"

namespace systole {

/// Takes up the next MatMul once its tokens are there.
bool ComputeCore::take_matmul(Cycle now) {
  if (!queue.can_pop(now) || !tokens_.satisfied(queue.front().wait, now)) return false;
  const MatMul& matmul = std::get<MatMul>(queue.front().op);
  const DataflowFolds& dataflow = folds_of(matmul.dataflow);
  const ArrayShape shape = dataflow.shape(parts_.array, matmul.formats());
  if (!shaped_ || !(shape_ == shape)) {
    if (!flight_.empty()) return false;  // another dataflow or format waits for an empty array
    shape_ = shape;
    shaped_ = true;
    accumulators_.configure(shape);
    paced_ = shape.is_paced();
    pace_.take_shape(shape);
    take_shape(shape);
  }
  ops_.push_back({matmul, &dataflow, MatMulGeometry::of(matmul, shape.depth), shape});
  open_op_ = &ops_.back();
  begin_matmul(now);
  open_op_->folds = dataflow.count(open_op_->geometry, shape);
  log_.debug(now, "MatMul {}: m {} n {} k {} in {} folds", traits_of(matmul.dataflow).name,
             open_op_->geometry.m, open_op_->geometry.n, open_op_->geometry.depth_elements, open_op_->folds);
  order_.begin(Unit::matmul, now);
  queue.pop(now);
  return true;
}

/// Stages the next fold, of the MatMul under way or of the next one.
void ComputeCore::stage(Cycle now) {
  if (staged_ || (open_op_ == nullptr && !take_matmul(now))) return;
  MatMulUnderWay& op = *open_op_;
  staged_pass_ = {};
  staged_pass_.op = &op;
  staged_pass_.shape = op.shape;
  staged_pass_.fold = op.dataflow->fold(op.geometry, op.shape, op.next_fold);
  staged_pass_.route = {op.matmul.result, op.matmul.result_tensor, op.matmul.psum_in, op.matmul.psum_out,
                        !op.dataflow->input_is_x};
  staged_pass_.last_of_op = ++op.next_fold == op.folds;
  if (staged_pass_.last_of_op) open_op_ = nullptr;
  staged_ = true;
  preloading_ = false;
  preloaded_rows_ = 0;
}

/// The walk of an operand through a fold. One that `streams` past a held operand goes along its lanes.
void ComputeCore::set_walk(const MatMulUnderWay& op, Side side, const Fold& fold, bool streams) {
  const bool is_x = side == Side::x;
  OperandFeeder& feeder = is_x ? x_feeder(op) : y_feeder(op);
  const OperandView& view = is_x ? op.x_view() : op.y_view();
  feeder.walk().set_operand(view, buffer(view.buffer), op.shape.depth, op.matmul.flatten_k);
  const bool computed = is_x == op.dataflow->input_is_x && op.matmul.indexing == Indexing::computed;
  feeder.set_index_rate(computed ? parts_.feeder.index_rate : 0);
  if (streams) {
    feeder.walk().walk_lanes(fold.x_count, op.shape.x_lanes, fold.k_begin, fold.k_count);
  } else {
    feeder.walk().walk_k(is_x ? fold.x_begin : fold.y_begin, is_x ? fold.x_count : fold.y_count, fold.k_begin,
                         fold.k_count);
  }
  begin_walk(op, side);
  feeder.begin();
}

void ComputeCore::begin_preload() {
  const MatMulUnderWay& op = *staged_pass_.op;
  set_walk(op, Side::y, staged_pass_.fold, false);
  staged_pass_.slot = next_slot_++ % op.shape.register_sets();
  preloading_ = true;
}

/// One row of a held operand a cycle. A row's second registers are free once its predecessor's first wave has
/// reached them: when the stream stalls, the array stands still, and so must the rows that wait for that
/// wave.
bool ComputeCore::preload(Cycle now) {
  if (!staged_ || !staged_pass_.shape.stationary || preloaded_rows_ == staged_pass_.shape.rows) return false;
  if (!preloading_) {
    if (!parts_.array.overlap && !flight_.empty()) return false;
    begin_preload();
  }
  if (tau_ < last_entered_ + preloaded_rows_) return false;
  const bool fill = preloaded_rows_ >= staged_pass_.fold.k_count;
  OperandFeeder& feeder = y_feeder(*staged_pass_.op);
  if (!fill) {
    feeder.fetch(now);
    if (!feeder.ready()) {
      if (feeder.waits_for_bank()) feeder.walk().buffer().count_conflict();
      return false;
    }
  }
  preload_row(staged_pass_, preloaded_rows_, fill);
  if (!fill) feeder.pop();
  ++preloaded_rows_;
  return true;
}

bool ComputeCore::may_stream() const {
  if (streaming_ || !staged_) return false;
  if (staged_pass_.shape.stationary) return preloaded_rows_ == parts_.array.rows;
  return parts_.array.overlap || flight_.empty() || chain_open();
}

void ComputeCore::count_fold(const MatMulUnderWay& op, const Fold& fold, bool continues) {
  const uint64_t outputs = fold.x_count * fold.y_count;
  const uint64_t k = op.geometry.elements_in(fold.k_begin, fold.k_count);
  stats_.macs += outputs * k;
  stats_.multiplies += outputs * k;
  stats_.adds += outputs * (continues ? k : k - 1);
  const bool input_is_x = op.dataflow->input_is_x;
  const FoldSlots slots = slots_of(op.geometry, op.shape, input_is_x, fold);
  stats_.slots += slots.all;
  stats_.unmapped += slots.unmapped;
  stats_.fold_edges += slots.edges;
  stats_.mma_padding += slots.padding;
  count_registers(op, fold, continues);
  if (op.matmul.input.zero_point != 0)
    stats_.zero_point_adds += (input_is_x ? fold.x_count : fold.y_count) * k;
  if (op.matmul.weight.zero_point != 0)
    stats_.zero_point_adds += (input_is_x ? fold.y_count : fold.x_count) * k;
  if (op.matmul.indexing == Indexing::table) {
    // The input feeder's own way to its offsets, beside the banks' ports: every word once a fold.
    SramBuffer& table = buffer(op.matmul.input.buffer);
    const uint64_t first = op.matmul.index_base + fold.k_begin * op.shape.depth * sizeof(int32_t);
    const uint64_t last = first + k * sizeof(int32_t) - 1;
    table.count_read(Tensor::index, table.word_of(last) - table.word_of(first) + 1, k);
  }
  if (op.matmul.indexing == Indexing::computed) {
    const uint64_t generated = (op.dataflow->input_is_x ? fold.x_count : fold.y_count) * k;
    stats_.index.divmods += 4 * generated;
    stats_.index.multiplies += 4 * generated;
    stats_.index.adds += 4 * generated;
  }
}

void ComputeCore::count_registers(const MatMulUnderWay& op, const Fold& fold, bool continues) {
  const RegisterTraffic traffic =
      register_traffic(op.geometry, op.shape, fold, {continues, op.stays_in_pes()});
  const auto x = static_cast<std::size_t>(op.dataflow->input_is_x ? Tensor::input : Tensor::weight),
             y = static_cast<std::size_t>(op.dataflow->input_is_x ? Tensor::weight : Tensor::input);
  for (const auto& [tensor, operand] : {std::make_pair(x, &traffic.x), std::make_pair(y, &traffic.y)}) {
    stats_.operand_reads[tensor] += operand->reads;
    stats_.operand_writes[tensor] += operand->writes;
    stats_.operand_hops[tensor] += operand->hops;
  }
  stats_.sum_reads += traffic.sum_reads;
  stats_.sum_writes += traffic.sum_writes;
  stats_.sum_hops += traffic.sum_hops;
}

void ComputeCore::begin_stream() {
  const bool continues = chain_open();
  const MatMulUnderWay& op = *staged_pass_.op;
  if (paced_) pace_.begin(staged_pass_.fold.blocks(), continues);
  count_fold(op, staged_pass_.fold, continues);
  if (continues) {
    FoldPass& pass = flight_.back();
    if (staged_pass_.route.source != PsumSource::accumulators) {
      throw std::logic_error("a MatMul leaves its sums in the PEs and the next one does not take them up");
    }
    const PsumSource source = pass.route.source;
    pass.route = staged_pass_.route;
    pass.route.source = source;
    pass.op = staged_pass_.op;
    pass.last_of_op = staged_pass_.last_of_op;
  } else {
    FoldPass pass = staged_pass_;
    pass.entered = last_entered_ = paced_ ? std::max(tau_, pace_.next()) : tau_;
    if (!op.shape.stationary) pass.slot = next_slot_++ % op.shape.register_sets();
    if (op.shape.stationary) {
      pass.first_result = pass.results_after(pass.entered);
      begin_operand(pass);
    }
    flight_.push_back(pass);
  }
  begin_fold(op, staged_pass_.fold);
  set_walk(op, Side::x, staged_pass_.fold, op.shape.stationary);
  if (!op.shape.stationary) set_walk(op, Side::y, staged_pass_.fold, false);
  const Fold& fold = staged_pass_.fold;
  waves_left_ = fold.waves;
  padding_waves_ = op.shape.stationary ? 0 : fold.waves - fold.k_count * fold.blocks();
  streaming_ = true;
  staged_ = false;
  update_extent();
}

}  // namespace systole
