#include "models/memory/dram/banked/transaction_queues.h"

namespace systole {

TransactionQueues::TransactionQueues(const DramController& params) : params_(params) {
  reads_.reserve(params.read_queue);
  writes_.reserve(params.write_queue);
}

void TransactionQueues::reset() {
  reads_.clear();
  writes_.clear();
  draining_ = 0;
  last_push_ = 0;
  flushing_ = false;
}

void TransactionQueues::push(const DramTransaction& transaction, Cycle now) {
  (transaction.write ? writes_ : reads_).push_back(transaction);
  last_push_ = now;
  flushing_ = false;
}

DramTransaction* TransactionQueues::find(uint64_t burst, bool write) {
  for (DramTransaction& transaction : write ? writes_ : reads_) {
    if (transaction.burst == burst) return &transaction;
  }
  return nullptr;
}

Cycle TransactionQueues::idle_drain_at() const {
  if (writes_.empty() || !reads_.empty() || draining()) return kNever;
  return flushing_ ? last_push_ : last_push_ + params_.idle_drain;
}

void TransactionQueues::take_turns(bool banks_empty, Cycle now) {
  if (draining()) return;
  const uint64_t queued = writes_.size();
  const bool at_leisure = banks_empty && (queued > params_.write_low || idle_drain_at() <= now);
  if (queued >= params_.write_queue || at_leisure) draining_ = queued;
}

}  // namespace systole
