// The first half of a fold's life: staged, preloaded, sent off as a stream.
#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "models/compute/compute_core.h"

namespace systole {

void ComputeCore::set_operand(OperandFeeder& feeder, const OperandView& view, const Op& op) {
  feeder.walk().set_operand(view, *buffers_[static_cast<int>(view.buffer)], op.matmul.format, op.shape.depth,
                            op.matmul.flatten_k);
  const bool computed = &feeder == &input_feeder_ && op.matmul.indexing == Indexing::computed;
  feeder.set_index_rate(computed ? feeder_.index_rate : 0);
}

/// As long as each part of the core has its buffers to itself, what it does to their banks depends on nothing
/// else. A MatMul's parts use them until it is done; words of results that waited use theirs in the cycle in
/// which it ends, too.
void ComputeCore::note_buffers(Cycle now) {
  if (exact_) return;
  enum User : uint8_t { nobody, input, weight, results };
  std::array<User, kBufferCount> users{};
  bool shared = false;
  if (late_results_in_ == now) {
    const auto at = std::find(buffers_.begin(), buffers_.end(), &accumulators_.buffer());
    users[static_cast<std::size_t>(at - buffers_.begin())] = results;
  }
  for (const Op& op : ops_) {
    const std::pair<Space, User> uses[] = {{op.matmul.input.buffer, input},
                                           {op.matmul.weight.buffer, weight},
                                           {op.matmul.result.buffer, results}};
    for (const auto& [buffer, user] : uses) {
      User& present = users[static_cast<int>(buffer)];
      shared = shared || (present != nobody && present != user);
      present = user;
    }
  }
  if (shared == buffers_shared_) return;
  buffers_shared_ = shared;
  if (shared) {
    input_feeder_.share_buffer();
    weight_feeder_.share_buffer();
    if (results_in_ != nullptr) results_in_->clear_forecast(this);
  } else {
    input_feeder_.own_buffer();
    weight_feeder_.own_buffer();
    if (merging_ != nullptr) forecast_results(accumulators_.buffer());
  }
}

/// Takes the next fold, of the MatMul under way or of the next one whose tokens are there.
bool ComputeCore::stage(Cycle now) {
  if (staged_) return true;
  if (open_op_ == nullptr) {
    if (!queue.can_pop(now) || !tokens_.satisfied(queue.front().wait, now)) return false;
    const MatMul& matmul = std::get<MatMul>(queue.front().op);
    const DataflowFolds& dataflow = folds_of(matmul.dataflow);
    const ArrayShape shape = dataflow.shape(params_, matmul.format);
    if (!array_.configured() || !(array_.shape() == shape)) {
      if (!flight_.empty()) return false;  // another dataflow or format waits for an empty array
      array_.configure(shape, exact_);
      datapath_.configure(shape, array_.slots());
      accumulators_.configure(shape);
    }
    ops_.push_back({matmul, &dataflow, MatMulGeometry::of(matmul, shape.depth), shape});
    open_op_ = &ops_.back();
    open_op_->number = ++op_number_;
    note_buffers(now);
    open_op_->folds = dataflow.count(open_op_->geometry, shape);
    log_.debug(now, "MatMul {}: m {} n {} k {} in {} folds", traits_of(matmul.dataflow).name,
               open_op_->geometry.m, open_op_->geometry.n, open_op_->geometry.depth_elements,
               open_op_->folds);
    order_.begin(Unit::matmul, now);
    queue.pop(now);
  }
  Op& op = *open_op_;
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
  return true;
}

void ComputeCore::begin_preload() {
  const Op& op = *staged_pass_.op;
  const Fold& fold = staged_pass_.fold;
  OperandFeeder& feeder = y_feeder(op);
  set_operand(feeder, y_view(op), op);
  feeder.walk().walk_k(fold.y_begin, fold.y_count, fold.k_begin, fold.k_count);
  feeder.begin(y_layout(op));
  staged_pass_.slot = next_slot_++ % array_.slots();
  if (!exact_) datapath_.hold(feeder.walk(), fold, staged_pass_.slot);
  preloading_ = true;
}

/// One row of a held operand a cycle. A row's second registers are free once its predecessor's first wave has
/// reached them: when the stream stalls, the array stands still, and so must the rows that wait for that
/// wave.
bool ComputeCore::preload(Cycle now) {
  if (!staged_ || !staged_pass_.op->shape.stationary) return false;
  const ArrayShape& shape = staged_pass_.op->shape;
  if (preloaded_rows_ == shape.rows) return false;
  if (!preloading_) {
    if (!params_.overlap && !flight_.empty()) return false;
    begin_preload();
  }
  if (tau_ < last_entered_ + preloaded_rows_) return false;
  Lane* row = exact_ ? array_.preload_row(staged_pass_.slot, preloaded_rows_) : nullptr;
  const std::size_t size = std::size_t{shape.depth} * shape.width();
  if (preloaded_rows_ < staged_pass_.fold.k_count) {
    OperandFeeder& feeder = y_feeder(*staged_pass_.op);
    feeder.fetch(now);
    if (!feeder.ready()) {
      if (feeder.waits_for_bank()) feeder.walk().buffer().count_conflict();
      return false;
    }
    if (exact_) std::copy_n(feeder.front(), size, row);
    feeder.pop();
  } else if (exact_) {
    std::fill_n(row, size, traits_of(shape.format).minus_zero);
  }
  ++preloaded_rows_;
  return true;
}

bool ComputeCore::may_stream() const {
  if (streaming_ || !staged_) return false;
  if (staged_pass_.op->shape.stationary) return preloaded_rows_ == params_.rows;
  return params_.overlap || flight_.empty() || chain_open();
}

void ComputeCore::count_fold(const Op& op, const Fold& fold, bool continues) {
  const uint64_t outputs = fold.x_count * fold.y_count;
  const uint64_t k = op.geometry.elements_in(fold.k_begin, fold.k_count);
  stats_.macs += outputs * k;
  stats_.multiplies += outputs * k;
  stats_.adds += outputs * (continues ? k : k - 1);
  if (op.matmul.indexing == Indexing::table) read_index_table(op.matmul, fold.k_begin * op.shape.depth, k);
  if (op.matmul.indexing == Indexing::computed) {
    const uint64_t generated = (op.dataflow->input_is_x ? fold.x_count : fold.y_count) * k;
    stats_.index_divmods += 4 * generated;
    stats_.index_multiplies += 4 * generated;
    stats_.index_adds += 4 * generated;
  }
}

/// The input feeder's own way to its offsets, beside the banks' ports: every word once a fold. What it reads
/// is what it generates addresses from, so a table that says anything else is no table of this operand.
void ComputeCore::read_index_table(const MatMul& op, uint64_t first, uint64_t count) {
  SramBuffer& buffer = *buffers_[static_cast<int>(op.input.buffer)];
  const auto& axes = op.input.k;
  uint64_t words = 0, latched = ~uint64_t{0};
  for (uint64_t k = first; k < first + count; ++k) {
    const uint64_t at = op.index_base + k * sizeof(int32_t), word = buffer.word_of(at);
    words += word != latched;
    latched = word;
    int32_t offset;
    std::memcpy(&offset, buffer.bytes() + at, sizeof offset);
    const uint64_t inner = k % axes[2].size, tap = k / axes[2].size;
    const int64_t expected = static_cast<int64_t>(tap / axes[1].size) * axes[0].stride +
                             static_cast<int64_t>(tap % axes[1].size) * axes[1].stride +
                             static_cast<int64_t>(inner) * axes[2].stride;
    if (offset != expected) throw std::runtime_error("the index table and the input operand disagree");
  }
  buffer.count_read(Tensor::index, words, count);
}

OperandFeeder::BlockLayout ComputeCore::y_layout(const Op& op) {
  const uint32_t width = op.shape.width();
  return {std::size_t{op.shape.depth} * width, 1, width, traits_of(op.matmul.format).minus_zero};
}

void ComputeCore::begin_feeding(const Op& op, const Fold& fold) {
  const std::size_t x_block = std::size_t{op.shape.rows} * op.shape.x_lanes * op.shape.depth;
  OperandFeeder &x = x_feeder(op), &y = y_feeder(op);
  set_operand(x, x_view(op), op);
  if (op.shape.stationary) {
    x.walk().walk_lanes(fold.x_count, op.shape.x_lanes, fold.k_begin, fold.k_count);
  } else {
    x.walk().walk_k(fold.x_begin, fold.x_count, fold.k_begin, fold.k_count);
  }
  x.begin({x_block, op.shape.depth, 1, 0});
  if (op.shape.stationary) return;
  set_operand(y, y_view(op), op);
  y.walk().walk_k(fold.y_begin, fold.y_count, fold.k_begin, fold.k_count);
  y.begin(y_layout(op));
}

/// The fold's numbers: its operands lie still from now on.
void ComputeCore::compute(const Op& op, const Pass& pass, bool continues) {
  if (op.shape.stationary) {
    datapath_.stream_waves(x_feeder(op).walk(), pass.fold, pass.slot);
    return;
  }
  const std::array<uint64_t, 2> y = {op.number, pass.fold.y_begin};
  datapath_.stream_sums(x_feeder(op).walk(), y_feeder(op).walk(), pass.fold, pass.slot, !continues,
                        y == held_y_);
  held_y_ = y;
}

void ComputeCore::begin_stream() {
  const bool continues = chain_open();
  count_fold(*staged_pass_.op, staged_pass_.fold, continues);
  if (continues) {
    Pass& pass = flight_.back();
    if (staged_pass_.route.source != PsumSource::accumulators) {
      throw std::logic_error("a MatMul leaves its sums in the PEs and the next one does not take them up");
    }
    const PsumSource source = pass.route.source;
    pass.route = staged_pass_.route;
    pass.route.source = source;
    pass.op = staged_pass_.op;
    pass.last_of_op = staged_pass_.last_of_op;
  } else {
    Pass pass = staged_pass_;
    pass.entered = last_entered_ = tau_;
    if (!pass.op->shape.stationary) pass.slot = next_slot_++ % array_.slots();
    if (exact_ && pass.op->shape.stationary) array_.begin_operand(tau_, pass.slot);
    flight_.push_back(pass);
  }
  const Op& op = *staged_pass_.op;
  begin_feeding(op, staged_pass_.fold);
  if (!exact_) {
    Pass pass = staged_pass_;
    pass.slot = flight_.back().slot;
    compute(op, pass, continues);
  }
  waves_left_ = staged_pass_.fold.waves;
  streaming_ = true;
  staged_ = false;
  update_extent();
}

}  // namespace systole
