#include "models/compute/block/result_flow.h"

#include <algorithm>

namespace systole {

void ResultFlow::begin(const SramBuffer& buffer) {
  if (buffer_ != &buffer) ports_ = BankPorts(buffer.bank_count(), buffer.ports());
  buffer_ = &buffer;
  late_count_ = 0;
  ends_.clear();
  stands_at_.clear();
}

uint32_t* ResultFlow::room_for_late(std::size_t count) {
  if (late_.size() < late_count_ + count) late_.resize(2 * (late_count_ + count));
  return late_.data() + late_count_;
}

void ResultFlow::add(const std::vector<uint32_t>& banks) {
  ports_.clear();
  if (!none_late()) {
    const Banks before = late(ends_.size() - 1);
    pending_.assign(before.first, before.first + before.count);
    std::size_t left = ports_.take_all(pending_.data(), pending_.size());
    if (left != 0) stands_at_.push_back(ends_.size());
    while (left != 0) {
      ports_.clear();
      left = ports_.take_all(pending_.data(), left);
    }
  }
  uint32_t* const own = room_for_late(banks.size());
  std::copy(banks.begin(), banks.end(), own);
  late_count_ += ports_.take_all(own, banks.size());
  ends_.push_back(late_count_);
}

uint64_t ResultFlow::cycles_from(uint64_t index) const {
  const auto stands = std::lower_bound(stands_at_.begin(), stands_at_.end(), index);
  return (stands == stands_at_.end() ? ends_.size() : *stands) - index;
}

const std::vector<uint32_t>& ResultFlow::claims(uint64_t index, const std::vector<uint32_t>& banks) {
  const Banks before = index == 0 ? Banks{} : late(index - 1);
  if (before.empty() && late(index).empty()) return banks;
  ports_.clear();
  pending_.clear();
  for (const uint32_t* bank = before.first; bank != before.first + before.count; ++bank) {
    if (ports_.take(*bank)) pending_.push_back(*bank);
  }
  for (const uint32_t bank : banks) {
    if (ports_.take(bank)) pending_.push_back(bank);
  }
  return pending_;
}

}  // namespace systole
