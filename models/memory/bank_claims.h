#pragma once
#include <vector>

#include "models/memory/sram_buffer.h"

namespace systole {

/// Words one unit wants from a buffer in one step. All banks work at once; words in the same bank queue for
/// its ports, cycle by cycle.
class BankClaims {
 public:
  void assign(const uint32_t* first, const uint32_t* last) { pending_.assign(first, last); }
  void add(uint32_t bank) { pending_.push_back(bank); }
  void add(const std::vector<uint32_t>& banks) {
    pending_.insert(pending_.end(), banks.begin(), banks.end());
  }
  bool settled() const { return pending_.empty(); }
  void clear() { pending_.clear(); }

  /// Takes every port that is to be had in this cycle; true when nothing is left to claim.
  bool claim(SramBuffer& buffer, Cycle now) {
    std::size_t left = 0;
    for (uint32_t bank : pending_) {
      if (!buffer.try_claim_bank(bank, now)) pending_[left++] = bank;
    }
    pending_.resize(left);
    return left == 0;
  }

 private:
  std::vector<uint32_t> pending_;
};

}  // namespace systole
