#include "models/compute/compute_core.h"

#include <stdexcept>

namespace systole {
namespace {

/// Array time begins late enough that the age of every register is positive.
constexpr uint64_t kFirstTau = uint64_t{1} << 20;

}  // namespace

ComputeCore::ComputeCore(sc_core::sc_module_name name, const Params& params, const AccumulatorParams& accumulators,
                         Stepping stepping, const std::array<SramBuffer*, kBufferCount>& buffers, TokenBoard& tokens)
    : sc_module(name),
      params_(params),
      exact_(stepping == Stepping::exact),
      buffers_(buffers),
      tokens_(tokens),
      input_feeder_("input_feeder", Tensor::input),
      weight_feeder_("weight_feeder", Tensor::weight),
      array_("pe_array", params.mma.latency),
      datapath_("block_datapath"),
      accumulators_("accumulators", accumulators) {}

void ComputeCore::reset() {
  queue.reset();
  ops_.clear();
  open_op_ = nullptr;
  staged_ = preloading_ = streaming_ = false;
  flight_.clear();
  merging_ = nullptr;
  next_slot_ = 0;
  tau_ = kFirstTau;
  busy_until_ = last_close_ = last_entered_ = 0;
  active_rows_ = active_width_ = 0;
  accumulators_.reset();
  if (array_.configured()) array_.configure(array_.shape(), exact_);
  activity_.reset();
  stats_ = {};
}

ArrayStats ComputeCore::finish(Cycle end) {
  stats_.cycles = activity_.finish(end);
  stats_.adds += accumulators_.adds();
  stats_.accumulator_accesses = accumulators_.accesses();
  return stats_;
}

void ComputeCore::set_operand(OperandFeeder& feeder, const OperandView& view, const Op& op) {
  feeder.set_operand(view, *buffers_[static_cast<int>(view.buffer)], op.matmul.format, op.shape.depth,
                     op.matmul.flatten_k);
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
    ops_.push_back({matmul, &dataflow, MatMulGeometry::of(matmul, shape.depth), shape, 0, 0, false, false});
    open_op_ = &ops_.back();
    open_op_->folds = dataflow.count(open_op_->geometry, shape);
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
  set_operand(feeder, op.dataflow->input_is_x ? op.matmul.weight : op.matmul.input, op);
  feeder.walk_k(fold.y_begin, fold.y_count, fold.k_begin, fold.k_count,
                {op.shape.depth * y_stride(op.shape), 1, y_stride(op.shape), traits_of(op.matmul.format).minus_zero});
  staged_pass_.slot = next_slot_++ % array_.slots();
  if (!exact_) datapath_.hold(feeder, fold, staged_pass_.slot);
  preloading_ = true;
}

/// One row of a held operand a cycle. A row's second registers are free once its predecessor's first wave has reached
/// them: when the stream stalls, the array stands still, and so must the rows that wait for that wave.
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
      buffers_[static_cast<int>(staged_pass_.op->dataflow->input_is_x ? Space::weight : Space::input)]->count_conflict();
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
  if (op.matmul.index_arithmetic) {
    const uint64_t generated = (op.dataflow->input_is_x ? fold.x_count : fold.y_count) * k;
    stats_.index_divmods += 4 * generated;
    stats_.index_multiplies += 4 * generated;
    stats_.index_adds += 4 * generated;
  }
}

void ComputeCore::begin_feeding(const Op& op, const Fold& fold) {
  const Lane fill = traits_of(op.matmul.format).minus_zero;
  const std::size_t x_block = std::size_t{op.shape.rows} * op.shape.x_lanes * op.shape.depth;
  const OperandView& x_view = op.dataflow->input_is_x ? op.matmul.input : op.matmul.weight;
  set_operand(x_feeder(op), x_view, op);
  if (op.shape.stationary) {
    x_feeder(op).walk_lanes(fold.x_count, op.shape.x_lanes, fold.k_begin, fold.k_count,
                            {x_block, op.shape.depth, 1, 0});
    return;
  }
  x_feeder(op).walk_k(fold.x_begin, fold.x_count, fold.k_begin, fold.k_count, {x_block, op.shape.depth, 1, 0});
  set_operand(y_feeder(op), op.matmul.weight, op);
  y_feeder(op).walk_k(fold.y_begin, fold.y_count, fold.k_begin, fold.k_count,
                      {op.shape.depth * y_stride(op.shape), 1, y_stride(op.shape), fill});
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
  if (!exact_ && op.shape.stationary) datapath_.stream_waves(x_feeder(op), staged_pass_.fold, flight_.back().slot);
  if (!exact_ && !op.shape.stationary) {
    datapath_.stream_sums(x_feeder(op), y_feeder(op), staged_pass_.fold, flight_.back().slot, !continues);
  }
  waves_left_ = staged_pass_.fold.waves;
  streaming_ = true;
  staged_ = false;
  update_extent();
}

void ComputeCore::update_extent() {
  active_rows_ = active_width_ = 0;
  for (const Pass& pass : flight_) {
    active_rows_ = std::max(active_rows_, pass.fold.rows_used);
    active_width_ = std::max(active_width_, pass.fold.cols_used * pass.shape.y_lanes);
  }
}

/// The array's results keep their sums in the PEs when the next MatMul goes on with the same single fold.
static bool stays_in_pes(const MatMul& matmul, bool stationary, uint64_t folds) {
  return !stationary && folds == 1 && matmul.psum_out == PsumTarget::accumulators;
}

ComputeCore::Feed ComputeCore::feed(Cycle now) {
  if (!streaming_) {
    const std::size_t own = chain_open() ? 1 : 0;  // an open chain waits; what is ahead of it may leave
    return flight_.size() > own ? Feed::bubble : Feed::nothing;
  }
  const Op& op = *flight_.back().op;
  x_feeder(op).fetch(now);
  bool ready = x_feeder(op).ready();
  if (!op.shape.stationary) {
    // Drains follow each other down the columns, R cycles each: the fold may not end earlier than that.
    if (waves_left_ == 1 && tau_ + 1 < last_close_ + op.shape.rows &&
        !stays_in_pes(op.matmul, false, op.folds)) {
      y_feeder(op).fetch(now);
      return Feed::bubble;
    }
    y_feeder(op).fetch(now);
    ready = ready && y_feeder(op).ready();
  }
  if (ready) return Feed::wave;
  const bool x_missing = !x_feeder(op).ready();
  const bool input_missing = x_missing == op.dataflow->input_is_x;
  buffers_[static_cast<int>(input_missing ? Space::input : Space::weight)]->count_conflict();
  return Feed::stalled;
}

void ComputeCore::enter_wave(Cycle now) {
  Pass& pass = flight_.back();
  const Op& op = *pass.op;
  if (exact_) array_.enter(tau_, x_feeder(op).front(), op.shape.stationary ? nullptr : y_feeder(op).front());
  x_feeder(op).pop();
  if (!op.shape.stationary) y_feeder(op).pop();
  const uint64_t last_pe = (pass.fold.rows_used - 1) * op.shape.row_skew() +
                           (pass.fold.cols_used - 1) * op.shape.col_skew();
  busy_until_ = std::max(busy_until_, tau_ + last_pe);
  if (--waves_left_ == 0) end_stream(now);
}

void ComputeCore::end_stream(Cycle now) {
  Pass& pass = flight_.back();
  Op& op = *pass.op;
  streaming_ = false;
  if (pass.last_of_op) {
    op.read = true;
    tokens_.signal(Event::matmul_read, now);
  }
  if (stays_in_pes(op.matmul, op.shape.stationary, op.folds)) {
    op.done = true;
    retire(now);
    return;
  }
  pass.closed = tau_ + 1;
  last_close_ = pass.closed;
  if (exact_ && !op.shape.stationary) array_.begin_results(pass.closed, pass.slot);
}

void ComputeCore::complete(Pass& pass, Cycle now) {
  if (pass.last_of_op) pass.op->done = true;
  flight_.pop_front();
  merging_ = nullptr;
  update_extent();
  retire(now);
}

void ComputeCore::retire(Cycle now) {
  while (!ops_.empty() && ops_.front().done) {
    ops_.pop_front();
    tokens_.signal(Event::matmul_done, now);
  }
}

/// Results leave in the order of the folds, one vector a cycle: rows from the bottom up, or a wave at a time.
void ComputeCore::emit(Cycle now) {
  if (flight_.empty()) return;
  Pass& pass = flight_.front();
  const ArrayShape shape = pass.shape;
  const uint64_t delay = shape.crossing() + params_.mma.latency - 1;
  const bool stationary = shape.stationary;
  if (!stationary && pass.closed == 0) return;
  const uint64_t first = (stationary ? pass.entered : pass.closed) + delay;
  if (tau_ < first) return;
  if (merging_ != &pass) {
    merging_ = &pass;
    accumulators_.begin_fold(pass.fold, pass.route, *buffers_[static_cast<int>(pass.route.view.buffer)]);
  }
  const uint64_t index = pass.results++;
  if (stationary) {
    accumulators_.merge(pass.fold.x_begin + index * shape.x_lanes, pass.fold.entry + index,
                        exact_ ? array_.foot(pass.entered + index)
                               : datapath_.result_row(pass.slot, index * shape.x_lanes),
                        y_stride(shape));
    if (pass.results == pass.fold.waves) complete(pass, now);
    return;
  }
  const uint32_t row = shape.rows - 1 - static_cast<uint32_t>(index);
  if (row < pass.fold.rows_used) {
    accumulators_.merge(pass.fold.x_begin + uint64_t{row} * shape.x_lanes, pass.fold.entry + row,
                        exact_ ? array_.drained_row(pass.slot, row)
                               : datapath_.result_row(pass.slot, uint64_t{row} * shape.x_lanes),
                        y_stride(shape));
  }
  if (pass.results == shape.rows) complete(pass, now);
}

void ComputeCore::advance(bool wave, Cycle now) {
  if (wave) {
    enter_wave(now);
  } else if (exact_) {
    array_.enter(tau_, nullptr, nullptr);
  }
  const bool useful = tau_ <= busy_until_;
  if (exact_) array_.work(tau_, useful ? active_rows_ : 0, active_width_);
  emit(now);
  if (!accumulators_.settled()) accumulators_.settle(now);
  ++tau_;
  activity_.set(useful ? Activity::busy : Activity::fill_drain, now);
}

Activity ComputeCore::waiting(Cycle now) {
  if (queue.empty() && ops_.empty()) return Activity::idle;
  if (queue.empty() || !queue.can_pop(now)) return chain_open() ? Activity::wait_input : Activity::idle;
  const int missing = tokens_.first_missing(queue.front().wait, now);
  if (missing == kEventCount || missing == static_cast<int>(Event::load_done)) return Activity::wait_input;
  return Activity::wait_output;
}

Cycle ComputeCore::step(Cycle now) {
  if (!accumulators_.settle(now)) {
    accumulators_.count_conflict();
    activity_.set(Activity::wait_output, now);
    return now + 1;
  }
  stage(now);
  if (may_stream()) {
    begin_stream();
    stage(now);
  }
  const Feed fed = feed(now);
  const bool preloaded = preload(now);
  if (fed == Feed::stalled) {
    activity_.set(Activity::wait_input, now);
    return now + 1;
  }
  if (fed != Feed::nothing) {
    advance(fed == Feed::wave, now);
    return now + 1;
  }
  const bool preload_stalled = preloading_ && staged_ && !preloaded && preloaded_rows_ < params_.rows;
  activity_.set(preloaded ? Activity::fill_drain : preload_stalled ? Activity::wait_input : waiting(now), now);
  return preloaded || preload_stalled || may_stream() ? now + 1 : kNever;
}

}  // namespace systole
