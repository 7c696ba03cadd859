// Cycles that are all alike, slept through.
#include <algorithm>

#include "models/compute/block/block_core.h"

namespace systole {

/// The cycles from `begin` on that do the same as each other, but for what the feeders read in them, short of
/// any in which a fold, a stream, a preload or a drain begins or ends. What the queue may bring meanwhile
/// wakes the core.
BlockCore::Stretch BlockCore::stretch_from(Cycle begin) {
  Stretch none{begin, begin}, stretch = none;
  if (buffers_shared_ || (!staged_ && open_op_ != nullptr)) return none;
  if (!accumulators_.settled() && !results_as_foreseen()) return none;
  if (streaming_) {
    if (paced_) return none;
    stretch.wave = true;
    stretch.end = begin + waves_left_ - 1;
  } else {
    const std::size_t own = chain_open() ? 1 : 0;
    if (flight_.size() <= own || may_stream()) return none;
    stretch.end = kNever;
  }
  limit_by_results(stretch);
  limit_by_preload(stretch);
  if (stretch.wave && stretch.end > begin) {
    const MatMulUnderWay& op = *flight_.back().op;
    uint64_t cycles = x_feeder(op).even_cycles(stretch.end - begin);
    if (!op.shape.stationary) cycles = y_feeder(op).even_cycles(cycles);
    stretch.end = begin + cycles;
  }
  return stretch.end == kNever ? none : stretch;
}

void BlockCore::limit_by_preload(Stretch& stretch) {
  if (!staged_ || !staged_pass_.shape.stationary) return;
  const uint64_t rows = staged_pass_.shape.rows, most = stretch.end - stretch.begin;
  if (preloaded_rows_ == rows) return;
  if (!preloading_) {
    if (parts_.array.overlap || flight_.empty()) stretch.end = stretch.begin;
    return;
  }
  uint64_t cycles;
  if (tau_ < last_entered_ + preloaded_rows_) {
    cycles = last_entered_ + preloaded_rows_ - tau_;
  } else {
    stretch.preload = true;
    stretch.preload_reads = preloaded_rows_ < staged_pass_.fold.k_count;
    cycles = stretch.preload_reads ? staged_pass_.fold.k_count - preloaded_rows_ : rows - preloaded_rows_;
    if (stretch.preload_reads) cycles = y_feeder(*staged_pass_.op).even_cycles(std::min(cycles, most));
  }
  stretch.end = stretch.begin + std::min(cycles, most);
}

void BlockCore::limit_by_results(Stretch& stretch) const {
  const FoldPass& pass = flight_.front();
  const uint64_t first = pass.first_result, most = stretch.end - stretch.begin;
  if (first == kNever) return;
  uint64_t cycles;
  if (tau_ < first) {
    cycles = first - tau_;
  } else if (!results_as_foreseen()) {
    cycles = 0;
  } else {
    stretch.results = true;
    cycles = std::min(pass.result_count() - pass.results - 1, results_flow_.cycles_from(pass.results));
  }
  stretch.end = stretch.begin + std::min(cycles, most);
}

void BlockCore::begin_stretch(const Stretch& stretch) {
  stretch_ = stretch;
  const uint64_t cycles = stretch.end - stretch.begin;
  if (stretch.wave) {
    const MatMulUnderWay& op = *flight_.back().op;
    x_feeder(op).promise(stretch.begin, cycles);
    if (!op.shape.stationary) y_feeder(op).promise(stretch.begin, cycles);
  }
  if (stretch.preload_reads) y_feeder(*staged_pass_.op).promise(stretch.begin, cycles);
}

void BlockCore::end_stretch(Cycle now) {
  const Stretch stretch = stretch_;
  stretch_ = {};
  const uint64_t cycles = std::min(now, stretch.end) - stretch.begin;
  uint64_t busy = cycles;
  if (stretch.wave) {
    const FoldPass& pass = flight_.back();
    x_feeder(*pass.op).keep_promise(cycles);
    if (!pass.shape.stationary) y_feeder(*pass.op).keep_promise(cycles);
    waves_left_ -= cycles;
    if (cycles != 0) busy_until_ = std::max(busy_until_, tau_ + cycles - 1 + pass.last_pe_after());
  } else {
    busy = tau_ > busy_until_ ? 0 : std::min(cycles, busy_until_ + 1 - tau_);
  }
  if (stretch.preload_reads) y_feeder(*staged_pass_.op).keep_promise(cycles);
  if (stretch.preload) preloaded_rows_ += static_cast<uint32_t>(cycles);
  if (stretch.results && cycles != 0) {
    FoldPass& pass = flight_.front();
    pass.results += cycles;
    const ResultFlow::Banks late = results_flow_.late(pass.results - 1);
    accumulators_.await(late.first, late.count);
  }
  tau_ += cycles;
  if (busy != 0) activity_.set(Activity::busy, stretch.begin);
  if (busy != cycles) activity_.set(Activity::fill_drain, stretch.begin + busy);
}

}  // namespace systole
