#pragma once
#include <systemc>

#include "models/compute/operand_walk.h"
#include "models/memory/bank_claims.h"

namespace systole {

/// Blocks that a feeder may hold.
inline constexpr uint64_t kBlocksAhead = 4;

/// How far a feeder has come with its walk.
struct ReadAhead {
  uint64_t steps = 0;           ///< of the walk
  uint64_t head = 0, tail = 0;  ///< handed out, read
  bool reading = false;         ///< step `tail` has begun

  /// One cycle of reading: as many steps as there is room for, but the banks work for one step a cycle.
  /// `begin` a step, whether it is `pending`, and a cycle of `work` on it, which may complete it.
  template <class Begin, class Pending, class Work>
  void advance(const Begin& begin, const Pending& pending, const Work& work) {
    bool worked = false;
    while (tail < steps && tail - head < kBlocksAhead) {
      if (!reading) begin();
      reading = true;
      if (pending()) {
        if (worked) return;
        worked = true;
        if (!work()) return;
      }
      reading = false;
      ++tail;
    }
  }
};

/// Generates the addresses of an operand, reads its buffer and hands a block of lanes a wave to the array, a
/// few steps ahead. A step's words are read in one cycle unless they share banks; each port keeps the word it
/// read last, and neighbours in one word share an access. Elements outside a Bound are zeros made here, never
/// read.
class OperandFeeder : public sc_core::sc_module {
 public:
  OperandFeeder(sc_core::sc_module_name name, Tensor tensor) : sc_module(name), tensor_(tensor) {}

  virtual void reset() { at_ = {}; }
  OperandWalk& walk() { return walk_; }
  /// Of the walks that begin from now on: addresses made in a cycle, which holds a step up if its ports want
  /// more; 0: as many as they want.
  void set_index_rate(uint32_t rate) { index_rate_ = rate; }
  /// Begins the walk.
  virtual void begin();

  /// One cycle of reading. Does nothing when enough is read ahead.
  virtual void fetch(Cycle now) { fetch_by_claims(now); }
  bool ready() const { return at_.head != at_.tail; }
  /// What keeps the step that is being read, after a cycle of reading: a bank, or else its addresses.
  virtual bool waits_for_bank() { return step_cycles_ == 0 || !claims_.settled(); }
  void pop() { ++at_.head; }

 protected:
  /// Of the operand's exponents.
  Tensor exponent_tensor() const {
    return tensor_ == Tensor::input ? Tensor::input_exponent : Tensor::weight_exponent;
  }
  void fetch_by_claims(Cycle now);
  /// Asks for the words that step `at_.tail` opens.
  virtual void open_words() = 0;

  Tensor tensor_;
  OperandWalk walk_;
  ReadAhead at_;
  BankClaims claims_;
  uint32_t step_cycles_ = 0;  ///< a step takes at least so many for its addresses
  uint32_t generating_ = 0;   ///< cycles that the addresses of step `at_.tail` still take

 private:
  uint32_t index_rate_ = 0;
};

}  // namespace systole
