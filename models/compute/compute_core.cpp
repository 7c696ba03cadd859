#include "models/compute/compute_core.h"

#include <algorithm>
#include <stdexcept>

#include "models/clones.h"

namespace systole {
namespace {

/// Array time begins late enough that the age of every register is positive.
constexpr uint64_t kFirstTau = uint64_t{1} << 20;

}  // namespace

ComputeCore::ComputeCore(sc_core::sc_module_name name, const Params& params, const FeederParams& feeder,
                         const AccumulatorParams& accumulators, Stepping stepping,
                         const std::array<SramBuffer*, kBufferCount>& buffers, TokenBoard& tokens,
                         AccessOrder& order)
    : sc_module(name),
      params_(params),
      feeder_(feeder),
      exact_(stepping == Stepping::exact),
      buffers_(buffers),
      tokens_(tokens),
      order_(order),
      input_feeder_("input_feeder", Tensor::input, stepping),
      weight_feeder_("weight_feeder", Tensor::weight, stepping),
      array_("pe_array", params.mma.latency),
      datapath_("block_datapath"),
      accumulators_("accumulators", accumulators),
      log_(basename()) {}

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
  stretch_ = {};
  buffers_shared_ = false;
  late_results_in_ = kNever;
  results_in_ = nullptr;
  held_y_ = {};
  op_number_ = 0;
  input_feeder_.reset();
  weight_feeder_.reset();
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
  OperandFeeder& missing = x_feeder(op).ready() ? y_feeder(op) : x_feeder(op);
  if (missing.waits_for_bank()) missing.walk().buffer().count_conflict();
  return Feed::stalled;
}

void ComputeCore::enter_wave(Cycle now) {
  Pass& pass = flight_.back();
  const Op& op = *pass.op;
  if (exact_) array_.enter(tau_, x_feeder(op).front(), op.shape.stationary ? nullptr : y_feeder(op).front());
  x_feeder(op).pop();
  if (!op.shape.stationary) y_feeder(op).pop();
  busy_until_ = std::max(busy_until_, tau_ + last_pe_after(pass));
  if (--waves_left_ == 0) end_stream(now);
}

void ComputeCore::end_stream(Cycle now) {
  Pass& pass = flight_.back();
  Op& op = *pass.op;
  streaming_ = false;
  if (pass.last_of_op) {
    op.read = true;
    order_.operands_read(now);
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

/// Ends the pass in front if all its results are out; only asked when their words have claimed their banks.
void ComputeCore::conclude(Cycle now) {
  if (merging_ == nullptr || merging_->results != result_count(*merging_)) return;
  if (merging_->last_of_op) merging_->op->done = true;
  flight_.pop_front();
  merging_ = nullptr;
  update_extent();
  retire(now);
}

/// `matmul_done` says that others may read the results, so none of their words may still wait for its bank.
void ComputeCore::retire(Cycle now) {
  while (!ops_.empty() && ops_.front().done) {
    if (!accumulators_.settled()) throw std::logic_error("a MatMul ends before its results are written");
    ops_.pop_front();
    order_.end(Unit::matmul, now);
    tokens_.signal(Event::matmul_done, now);
  }
}

uint64_t ComputeCore::first_result(const Pass& pass) const {
  if (!pass.shape.stationary && pass.closed == 0) return kNever;
  return (pass.shape.stationary ? pass.entered : pass.closed) + pass.shape.crossing() + params_.mma.latency -
         1;
}

/// Rows from the bottom up, or a wave at a time.
ResultVector ComputeCore::result_vector(const Pass& pass, uint64_t index) {
  const uint64_t place = pass.shape.stationary ? index : pass.shape.rows - 1 - index;
  return {pass.fold.x_begin + place * pass.shape.x_lanes, pass.fold.entry + place};
}

void ComputeCore::begin_results(Pass& pass) {
  merging_ = &pass;
  SramBuffer& buffer = *buffers_[static_cast<int>(pass.route.view.buffer)];
  accumulators_.begin_fold(pass.fold, pass.route, buffer);
  if (exact_) return;
  even_results_ = true;
  for (uint64_t i = 0; i < result_count(pass); ++i) {
    if (!has_result(pass, i)) continue;
    const ResultVector vector = result_vector(pass, i);
    accumulators_.merge(vector, datapath_.result_row(pass.slot, vector.first_x - pass.fold.x_begin),
                        datapath_.stride());
    even_results_ = even_results_ && accumulators_.is_even(vector);
  }
  if (!buffers_shared_) forecast_results(buffer);
}

void ComputeCore::forecast_results(SramBuffer& buffer) {
  if (results_in_ != nullptr && results_in_ != &buffer) results_in_->clear_forecast(this);
  results_in_ = &buffer;
  buffer.set_forecast({this, result_banks_at}, 3);
}

/// Results leave in the order of the folds, one vector a cycle.
void ComputeCore::emit() {
  if (flight_.empty()) return;
  Pass& pass = flight_.front();
  const Cycle first = first_result(pass);
  if (first == kNever || tau_ < first) return;
  if (merging_ != &pass) begin_results(pass);
  const uint64_t index = pass.results++;
  if (has_result(pass, index)) {
    const ResultVector vector = result_vector(pass, index);
    if (exact_) {
      accumulators_.merge(
          vector,
          pass.shape.stationary
              ? array_.foot(pass.entered + index)
              : array_.drained_row(pass.slot, static_cast<uint32_t>(pass.shape.rows - 1 - index)),
          pass.shape.width());
    }
    accumulators_.open(vector);
  }
}

void ComputeCore::advance(bool wave, Cycle now) {
  if (wave) {
    enter_wave(now);
  } else if (exact_) {
    array_.enter(tau_, nullptr, nullptr);
  }
  const bool useful = tau_ <= busy_until_;
  if (exact_) array_.work(tau_, useful ? active_rows_ : 0, active_width_);
  emit();
  if (accumulators_.settle(now)) conclude(now);
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

SYSTOLE_FLATTEN Cycle ComputeCore::step(Cycle now) {
  if (stretch_.begin != stretch_.end) end_stretch(now);
  const Cycle next = step_once(now);
  if (exact_ || next != now + 1) return next;
  const Stretch stretch = stretch_from(next);
  if (stretch.end <= stretch.begin + 2) return next;
  begin_stretch(stretch);
  return stretch.end;
}

/// The array stands while words of its results wait for their banks.
Cycle ComputeCore::wait_for_results(Cycle now) {
  accumulators_.count_conflict();
  activity_.set(Activity::wait_output, now);
  return now + 1;
}

Cycle ComputeCore::step_once(Cycle now) {
  const bool late_results = !accumulators_.settled();
  if (late_results) {
    if (!accumulators_.settle(now)) return wait_for_results(now);
    late_results_in_ = now;
    conclude(now);
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
  if (late_results && !preloaded && !preload_stalled) return wait_for_results(now);  // nothing else to do
  activity_.set(preloaded         ? Activity::fill_drain
                : preload_stalled ? Activity::wait_input
                                  : waiting(now),
                now);
  return preloaded || preload_stalled || may_stream() ? now + 1 : kNever;
}

}  // namespace systole
