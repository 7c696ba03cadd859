#pragma once
#include <algorithm>
#include <vector>

#include "models/memory/sram_buffer.h"

namespace systole {

/// Words one unit wants from a buffer in one step. All banks work at once; words in the same bank queue for
/// its ports, cycle by cycle.
class BankClaims {
 public:
  void add(uint32_t bank) {
    room(count_ + 1);
    pending_[count_++] = bank;
  }
  void add(const std::vector<uint32_t>& banks) {
    std::copy(banks.begin(), banks.end(), room(count_ + banks.size()) + count_);
    count_ += banks.size();
  }
  void assign(const uint32_t* banks, std::size_t count) {
    std::copy(banks, banks + count, room(count));
    count_ = count;
  }
  bool are(const uint32_t* banks, std::size_t count) const {
    return count == count_ && std::equal(banks, banks + count, pending_.begin());
  }
  bool settled() const { return count_ == 0; }
  void clear() { count_ = 0; }

  /// Takes every port that is to be had in this cycle; true when nothing is left to claim.
  bool claim(SramBuffer& buffer, Cycle now) {
    count_ = buffer.claim_banks(pending_.data(), count_, now);
    return count_ == 0;
  }

 private:
  /// Room for `most` banks in all.
  uint32_t* room(std::size_t most) {
    if (pending_.size() < most) pending_.resize(2 * most);
    return pending_.data();
  }

  std::vector<uint32_t> pending_;
  std::size_t count_ = 0;
};

}  // namespace systole
