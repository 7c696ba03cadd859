#include "models/compute/control/compute_core.h"

#include <algorithm>
#include <stdexcept>

namespace systole {
namespace {

/// Array time begins late enough that the age of every register is positive.
constexpr uint64_t kFirstTau = uint64_t{1} << 20;

}  // namespace

ComputeCore::ComputeCore(sc_core::sc_module_name name, const ComputeParts& parts, TokenBoard& tokens,
                         AccessOrder& order)
    : sc_module(name),
      parts_(parts),
      accumulators_("accumulators", parts.accumulators),
      tokens_(tokens),
      order_(order),
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
  busy_until_ = drained_at_ = last_entered_ = 0;
  active_rows_ = active_width_ = 0;
  late_results_in_ = kNever;
  input_feeder().reset();
  weight_feeder().reset();
  accumulators_.reset();
  if (shaped_) {
    pace_.take_shape(shape_);
    take_shape(shape_);
  }
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
  for (const FoldPass& pass : flight_) {
    active_rows_ = std::max(active_rows_, pass.fold.rows_used);
    active_width_ = std::max(active_width_, pass.fold.cols_used * pass.shape.y_lanes);
  }
}

ComputeCore::Feed ComputeCore::feed(Cycle now) {
  if (!streaming_) {
    const std::size_t own = chain_open() ? 1 : 0;  // an open chain waits; what is ahead of it may leave
    return flight_.size() > own ? Feed::bubble : Feed::nothing;
  }
  const MatMulUnderWay& op = *flight_.back().op;
  OperandFeeder &x = x_feeder(op), &y = y_feeder(op);
  x.fetch(now);
  bool ready = x.ready();
  if (!op.shape.stationary) {
    y.fetch(now);
    // Drains follow each other down the columns: the fold may not end before the last one has left.
    if (waves_left_ == 1 && tau_ + 1 < drained_at_ && !op.stays_in_pes()) return Feed::bubble;
    ready = ready && y.ready();
  }
  if (paced_) {
    if (tau_ < pace_.next()) {
      ++stats_.hazard_cycles;
      return Feed::bubble;
    }
    ready = ready || pads();
  }
  if (ready) return Feed::wave;
  OperandFeeder& missing = x.ready() ? y : x;
  if (missing.waits_for_bank()) missing.walk().buffer().count_conflict();
  return Feed::stalled;
}

void ComputeCore::enter_wave(Cycle now) {
  const FoldPass& pass = flight_.back();
  const MatMulUnderWay& op = *pass.op;
  const bool pads = this->pads();
  pads ? enter_bubble() : enter(pass, paced_ ? pace_.block() : 0);
  if (paced_) pace_.entered(tau_);
  if (!pads) {
    busy_until_ = std::max(busy_until_, tau_ + pass.last_pe_after());
    if (!paced_ || pace_.block() == 0) {  // the last that takes this step's operands
      x_feeder(op).pop();
      if (!op.shape.stationary) y_feeder(op).pop();
    }
  }
  if (--waves_left_ == 0) end_stream(now);
}

void ComputeCore::end_stream(Cycle now) {
  FoldPass& pass = flight_.back();
  MatMulUnderWay& op = *pass.op;
  streaming_ = false;
  if (pass.last_of_op) {
    order_.operands_read(now);
    tokens_.signal(Event::matmul_read, now);
  }
  if (op.stays_in_pes()) {
    op.done = true;
    retire(now);
    return;
  }
  pass.closed = tau_ + 1;
  if (!op.shape.stationary) drained_at_ = pass.closed + pass.result_count();
  ++stats_.folds;
  stats_.fold_cycles += pass.results_after(pass.closed) - pass.entered;
  if (!op.shape.stationary) {
    pass.first_result = pass.results_after(pass.closed);
    close_sums(pass);
  }
}

/// Ends the pass in front if all its results are out; only asked when their words have claimed their banks.
void ComputeCore::conclude(Cycle now) {
  if (merging_ == nullptr || merging_->results != merging_->result_count()) return;
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

/// Results leave in the order of the folds, one vector a cycle.
void ComputeCore::emit() {
  if (flight_.empty()) return;
  FoldPass& pass = flight_.front();
  if (tau_ < pass.first_result) return;
  if (merging_ != &pass) {
    merging_ = &pass;
    accumulators_.begin_fold(pass.fold, pass.route, buffer(pass.route.view.buffer));
    begin_results(pass);
    for (uint64_t i = 0; i < pass.result_count(); ++i) {
      if (pass.has_result(i)) accumulators_.count(pass.result_vector(i));
      result_ahead(pass, i);
    }
  }
  const uint64_t index = pass.results++;
  if (!pass.has_result(index)) return;
  const ResultVector vector = pass.result_vector(index);
  result(pass, index, vector);
  accumulators_.open(vector);
}

void ComputeCore::advance(bool wave, Cycle now) {
  wave ? enter_wave(now) : enter_bubble();
  const bool useful = tau_ <= busy_until_;
  work(useful);
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
  const bool preload_stalled = preloading_ && staged_ && !preloaded && preloaded_rows_ < parts_.array.rows;
  if (late_results && !preloaded && !preload_stalled) return wait_for_results(now);  // nothing else to do
  activity_.set(preloaded         ? Activity::fill_drain
                : preload_stalled ? Activity::wait_input
                                  : waiting(now),
                now);
  return preloaded || preload_stalled || may_stream() ? now + 1 : kNever;
}

}  // namespace systole
