#pragma once
#include "models/memory/sram_buffer.h"

namespace systole {

/// A way from the vector unit into a buffer. It latches the last word, so neighbours in one word cost one
/// access.
class VectorPort {
 public:
  void reset() { word_ = kNone; }

  /// False on a bank conflict, which is counted.
  bool open(SramBuffer& buffer, uint64_t address, bool write, Tensor tensor, Cycle now) {
    const uint64_t word = buffer.word_of(address);
    if (word == word_) return true;
    if (!buffer.try_claim(word, now)) {
      buffer.count_conflict();
      return false;
    }
    word_ = word;
    write ? buffer.count_write(tensor, 1, 0) : buffer.count_read(tensor, 1, 0);
    return true;
  }

 private:
  static constexpr uint64_t kNone = ~uint64_t{0};
  uint64_t word_ = kNone;
};

}  // namespace systole
