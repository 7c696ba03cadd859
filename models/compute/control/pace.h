#pragma once
#include "models/compute/array_shape.h"

namespace systole {

/// When the units may take the next step, in array time. A step of k of all a PE's accumulator blocks is a
/// set: its blocks go one after the other, and a set that goes on with sums waits for those of the set
/// before.
class Pace {
 public:
  /// The array, now empty, takes another shape.
  void take_shape(const ArrayShape& shape) {
    timing_ = shape.timing;
    next_ = after_step_ = after_set_ = 0;
  }
  /// A stream begins with so many blocks a PE; it `continues` the sums of the stream before.
  void begin(uint32_t blocks, bool continues) {
    blocks_ = blocks;
    block_ = 0;
    next_ = continues ? after_set_ : after_step_;
  }
  /// The units take a step of the stream.
  void entered(uint64_t tau) {
    after_step_ = tau + timing_.interval;
    if (block_ == 0) after_set_ = tau + timing_.set_cycles(blocks_);
    if (++block_ == blocks_) block_ = 0;
    next_ = block_ == 0 ? after_set_ : after_step_;
  }

  uint64_t next() const { return next_; }
  /// Which of the PEs' blocks has its turn; 0: a set begins, or the last one has ended.
  uint32_t block() const { return block_; }

 private:
  MmaTiming timing_;
  uint32_t blocks_ = 1, block_ = 0;
  uint64_t next_ = 0, after_step_ = 0, after_set_ = 0;
};

}  // namespace systole
