#include "models/memory/dram/banked/transaction_queues.h"

#include <algorithm>

namespace systole {

void TransactionQueue::reset() {
  std::fill(lines_.begin(), lines_.end(), Line{});
  for (uint32_t i = 0; i < nodes_.size(); ++i) {
    nodes_[i].next = i + 1 < nodes_.size() ? i + 1 : kNone;
  }
  free_ = nodes_.empty() ? kNone : 0;
  waiting_ = size_ = pushed_ = waited_ = 0;
}

DramTransaction* TransactionQueue::find(uint64_t burst, uint32_t bank) {
  for (uint32_t node = lines_[bank].head; node != kNone; node = nodes_[node].next) {
    if (nodes_[node].transaction.burst == burst) return &nodes_[node].transaction;
  }
  return nullptr;
}

TransactionQueues::TransactionQueues(const DramController& params, uint32_t banks)
    : params_(params), reads_(params.read_queue, banks), writes_(params.write_queue, banks) {}

void TransactionQueues::reset() {
  reads_.reset();
  writes_.reset();
  batch_ = draining_ = batches_ = 0;
  ends_ = {};
  last_push_ = 0;
  flushing_ = false;
}

Cycle TransactionQueues::idle_drain_at() const {
  if (writes_.size() == 0 || reads_.size() != 0 || draining()) return kNever;
  return flushing_ ? last_push_ : last_push_ + params_.idle_drain;
}

}  // namespace systole
