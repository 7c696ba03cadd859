#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/memory/sram_buffer.h"

namespace systole {

/// The words that a feeder's ports hold, and the opening of new ones. Neighbours that open one word in one
/// step share an access.
class WordLatches {
 public:
  void reset(std::size_t ports) { latches_.assign(ports, kNoWord); }
  void begin_step() { shared_word_ = kNoWord; }
  void hold(std::size_t port, uint64_t word) { latches_[port] = word; }

  /// The ports from `first` on read `addresses`, in bits (negative: nothing); appends the banks of the words
  /// opened.
  void open(const SramBuffer& buffer, const int64_t* addresses, std::size_t ports, std::size_t first,
            std::vector<uint32_t>& banks) {
    words_.resize(std::max(words_.size(), ports));
    uint64_t* latches = latches_.data() + first;
    const uint32_t shift = buffer.word_shift() + 3;
    uint64_t changed = 0;
    for (std::size_t p = 0; p < ports; ++p) {
      const uint64_t word = addresses[p] < 0 ? latches[p] : static_cast<uint64_t>(addresses[p]) >> shift;
      changed |= word ^ latches[p];
      words_[p] = word;
    }
    if (changed == 0) return;
    std::size_t count = banks.size();
    banks.resize(count + ports);
    for (std::size_t p = 0; p < ports; ++p) {
      const uint64_t word = words_[p];
      if (word == latches[p]) continue;
      latches[p] = word;
      if (word == shared_word_) continue;  // a neighbour opened it in this very step
      shared_word_ = word;
      banks[count++] = buffer.bank_of(word);
    }
    banks.resize(count);
  }

 private:
  static constexpr uint64_t kNoWord = ~uint64_t{0};

  std::vector<uint64_t> latches_, words_;
  uint64_t shared_word_ = kNoWord;
};

}  // namespace systole
