#include "models/compute/block/result_flow.h"

#include <algorithm>

namespace systole {

void ResultFlow::begin(const SramBuffer& buffer) {
  ports_ = buffer.ports();
  used_.assign(buffer.bank_count(), 0);
  late_.clear();
  ends_.clear();
  stands_at_.clear();
}

void ResultFlow::claim(const uint32_t* first, std::size_t count, std::vector<uint32_t>& rest) {
  for (const uint32_t* bank = first; bank != first + count; ++bank) {
    if (used_[*bank] == ports_) {
      rest.push_back(*bank);
    } else {
      ++used_[*bank];
      claimed_.push_back(*bank);
    }
  }
}

void ResultFlow::end_cycle() {
  for (const uint32_t bank : claimed_) used_[bank] = 0;
  claimed_.clear();
}

void ResultFlow::add(const std::vector<uint32_t>& banks) {
  if (!ends_.empty()) {
    const Banks before = late(ends_.size() - 1);
    pending_.assign(before.first, before.first + before.count);
    for (bool stands = false; !pending_.empty(); stands = true) {
      still_.clear();
      claim(pending_.data(), pending_.size(), still_);
      if (still_.empty()) break;
      if (!stands) stands_at_.push_back(ends_.size());
      pending_.swap(still_);
      end_cycle();
    }
  }
  claim(banks.data(), banks.size(), late_);
  ends_.push_back(late_.size());
  end_cycle();
}

uint64_t ResultFlow::cycles_from(uint64_t index) const {
  const auto stands = std::lower_bound(stands_at_.begin(), stands_at_.end(), index);
  return (stands == stands_at_.end() ? ends_.size() : *stands) - index;
}

const std::vector<uint32_t>& ResultFlow::claims(uint64_t index, const std::vector<uint32_t>& banks) {
  const Banks before = index == 0 ? Banks{} : late(index - 1);
  if (before.empty() && late(index).empty()) return banks;
  still_.clear();
  claim(before.first, before.count, still_);
  claim(banks.data(), banks.size(), still_);
  for (const uint32_t bank : claimed_) used_[bank] = 0;
  pending_.swap(claimed_);
  claimed_.clear();
  return pending_;
}

}  // namespace systole
