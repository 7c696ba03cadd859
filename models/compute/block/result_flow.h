#pragma once
#include <vector>

#include "models/memory/sram_buffer.h"

namespace systole {

/// When the result vectors of a fold find their banks, if nothing else uses their buffer. One vector leaves
/// in each cycle. A word that finds no port is late: it claims again in the next cycle, before the vector of
/// that cycle does, and the array stands until all late words have claimed.
class ResultFlow {
 public:
  void begin(const SramBuffer& buffer);
  /// The next vector's banks, each as often as it is claimed.
  void add(const std::vector<uint32_t>& banks);
  /// The same of a vector that finds all its banks free, where none_late().
  void add_free() { ends_.push_back(late_count_); }
  bool none_late() const { return ends_.empty() || late(ends_.size() - 1).empty(); }

  /// The words that are late after the cycle of vector `index`, by their banks.
  struct Banks {
    const uint32_t* first = nullptr;
    std::size_t count = 0;
    bool empty() const { return count == 0; }
  };
  Banks late(uint64_t index) const {
    const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
    return {late_.data() + begin, ends_[index] - begin};
  }
  /// In how many cycles, from that of vector `index` on, the array does not stand.
  uint64_t cycles_from(uint64_t index) const;
  /// What is claimed in the cycle of vector `index`, whose own banks are `banks`. Valid until the next call
  /// of either this or add().
  const std::vector<uint32_t>& claims(uint64_t index, const std::vector<uint32_t>& banks);

 private:
  uint32_t* room_for_late(std::size_t count);

  const SramBuffer* buffer_ = nullptr;
  BankPorts ports_{1, 1};
  std::vector<uint32_t> pending_;
  std::vector<uint32_t> late_;  ///< of all vectors, one after the other; room behind them
  std::size_t late_count_ = 0;
  std::vector<std::size_t> ends_;    ///< of each vector's
  std::vector<uint64_t> stands_at_;  ///< vectors before which the array stands, ascending
};

}  // namespace systole
