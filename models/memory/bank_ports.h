#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

namespace systole {

/// The ports of a buffer's banks that are taken in one cycle.
class BankPorts {
 public:
  BankPorts(uint32_t banks, uint32_t ports)
      : one_word_(ports == 1 && banks <= 64),
        one_port_(ports == 1),
        full_((banks + 63) / 64),
        claimed_(full_.size() * (ports - 1)) {}

  /// Frees all ports.
  void clear() {
    full_[0] = 0;
    if (!one_word_) clear_all();
  }
  /// Takes a port of the bank; false when none is free.
  bool take(uint32_t bank) {
    const uint64_t bit = uint64_t{1} << bank % 64;
    if ((full_[bank / 64] & bit) != 0) return false;
    add(bank / 64, bit);
    return true;
  }
  /// The same for a list; moves the banks without a free port to its front and returns their number.
  std::size_t take_all(uint32_t* banks, std::size_t count) {
    return one_port_ ? take_all<true>(banks, count) : take_all<false>(banks, count);
  }
  /// Takes a port of each of `count` neighbours from `bank` on until one has none; returns how many it took.
  uint64_t take_run(uint32_t bank, uint64_t count) {
    const uint32_t at = bank % 64;
    if (at + count <= 64) {  // mostly one look tells that all have one
      const uint64_t bits = (~uint64_t{0} >> (64 - count)) << at;
      if ((full_[bank / 64] & bits) == 0) {
        add(bank / 64, bits);
        return count;
      }
    }
    return take_while_free(bank, count);
  }

 private:
  [[gnu::noinline]] uint64_t take_while_free(uint32_t bank, uint64_t count) {
    uint64_t taken = 0;
    while (taken != count) {  // 64 banks at a time
      const uint32_t first = bank + static_cast<uint32_t>(taken), at = first % 64;
      const uint64_t run = std::min(count - taken, uint64_t{64 - at}), full = full_[first / 64] >> at;
      const uint64_t free = full == 0 ? run : std::min<uint64_t>(run, __builtin_ctzll(full));
      if (free != 0) add(first / 64, (~uint64_t{0} >> (64 - free)) << at);
      taken += free;
      if (free != run) break;
    }
    return taken;
  }
  /// One more claim for each of the banks `bits` of a group of 64; none of them is full.
  void add(std::size_t group, uint64_t bits) {
    if (!one_port_) bits = climb(group, bits);
    full_[group] |= bits;
  }
  /// The banks of `bits` that have no port left after one more claim.
  [[gnu::noinline]] uint64_t climb(std::size_t group, uint64_t bits) {
    for (std::size_t at = group; bits != 0 && at < claimed_.size(); at += full_.size()) {
      const uint64_t more = claimed_[at] & bits;
      claimed_[at] |= bits;
      bits = more;
    }
    return bits;
  }
  [[gnu::noinline]] void clear_all() {
    std::fill(full_.begin(), full_.end(), uint64_t{0});
    std::fill(claimed_.begin(), claimed_.end(), uint64_t{0});
  }
  template <bool kOnePort>
  std::size_t take_all(uint32_t* banks, std::size_t count) {
    uint64_t* const full = full_.data();
    std::size_t left = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const uint32_t bank = banks[i];
      const uint64_t bit = uint64_t{1} << bank % 64;
      if ((full[bank / 64] & bit) != 0) {
        banks[left++] = bank;
      } else if (kOnePort) {
        full[bank / 64] |= bit;
      } else {
        add(bank / 64, bit);
      }
    }
    return left;
  }

  bool one_word_;  ///< all there is to know is in full_[0]
  bool one_port_;
  std::vector<uint64_t> full_;  ///< banks without a free port, a bit each
  /// Banks with at least 1, 2 … ports - 1 claims, a bit each, one after the other.
  std::vector<uint64_t> claimed_;
};

}  // namespace systole
