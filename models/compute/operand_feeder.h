#pragma once
#include <systemc>
#include <vector>

#include "models/compute/feed_schedule.h"
#include "models/compute/params.h"
#include "models/compute/step_reader.h"
#include "models/memory/bank_claims.h"

namespace systole {

/// Generates the addresses of an operand, reads its buffer and hands blocks of lanes to the array, a few
/// steps ahead. A step's words are read in one cycle unless they share banks; each port keeps the word it
/// read last, and neighbours in one word share an access. Elements outside a Bound are zeros made here, never
/// read.
///
/// Stepping exactly, or where another part of the core shares the buffer, it plans step by step and claims
/// bank by bank. Stepping by blocks it follows a schedule, and the buffer asks it which banks it holds.
class OperandFeeder : public sc_core::sc_module {
 public:
  OperandFeeder(sc_core::sc_module_name name, Tensor tensor, Stepping stepping);

  using BlockLayout = systole::BlockLayout;

  void reset();
  OperandWalk& walk() { return walk_; }
  /// Of the walks that begin from now on: addresses made in a cycle, which holds a step up if its ports want
  /// more; 0: as many as they want.
  void set_index_rate(uint32_t rate) { index_rate_ = rate; }
  /// Begins the walk. `layout`: of front(), when stepping exactly.
  void begin(const BlockLayout& layout);
  /// From now on claims bank by bank: someone else in the core uses the buffer as well.
  void share_buffer();
  /// Nobody else does: walks that begin from now on follow a schedule again.
  void own_buffer() { shared_ = false; }

  /// One cycle of reading. Does nothing when enough is read ahead.
  void fetch(Cycle now) { scheduled_ ? fetch_scheduled(now) : fetch_claiming(now); }
  bool ready() const { return head_ != tail_; }
  /// What keeps the step that is being read, after a cycle of reading: a bank, or else its addresses.
  bool waits_for_bank();
  const Lane* front() const { return ring_.data() + head_ % kAhead * layout_.size; }
  void pop() { ++head_; }

  /// In how many of the next `most` cycles a step can be taken, one in each, as far as that is known. 0 when
  /// not following a schedule.
  uint64_t even_cycles(uint64_t most);
  /// Promises `cycles` such cycles from `from` on: the buffer knows of them.
  void promise(Cycle from, uint64_t cycles);
  /// Keeps the promise for the first `cycles` and takes back the rest.
  void keep_promise(uint64_t cycles);

 private:
  /// One cycle ahead: what it claims, and where the reading stands after it.
  struct Ahead {
    uint32_t step = 0, part = 0;
    bool claims = false;
    uint32_t left = 0;
    uint64_t tail = 0;
  };

  uint64_t alike_cycles(uint64_t most) const;
  uint64_t plan_cycles(uint64_t most);
  void begin_claiming();
  void read_step();
  void fetch_claiming(Cycle now);
  void fetch_scheduled(Cycle now);
  void register_forecast();
  static const std::vector<uint32_t>& banks_at(void* feeder, Cycle cycle);
  const std::vector<uint32_t>& banks_in_part(uint64_t step, uint32_t part);

  static constexpr uint64_t kAhead = 4;        ///< blocks
  static constexpr uint64_t kWorthwhile = 16;  ///< alike cycles, before others are looked for

  Tensor tensor_;
  bool exact_, shared_ = false, scheduled_ = false;
  OperandWalk walk_;
  SramBuffer* forecast_in_ = nullptr;
  BlockLayout layout_;
  std::vector<Lane> ring_;
  uint32_t index_rate_ = 0, step_cycles_ = 0;  ///< a step takes at least so many for its addresses
  uint64_t steps_ = 0;
  uint64_t head_ = 0, tail_ = 0;  ///< blocks handed out, blocks read
  bool claiming_ = false;         ///< step tail_ has begun
  bool counted_ = false;          ///< all of the walk's accesses are in the buffer's books

  // claiming
  StepReader reader_;
  BankClaims claims_;
  uint32_t generating_ = 0;  ///< cycles that the addresses of step tail_ still take

  // scheduled
  FeedScheduler scheduler_;
  std::vector<uint32_t> banks_;
  const uint32_t* cycles_ = nullptr;  ///< of each step
  uint32_t left_ = 0;                 ///< of step tail_
  Cycle claimed_in_ = kNever;         ///< the last cycle stepped singly in which banks were held
  uint64_t claimed_step_ = 0;
  uint32_t claimed_part_ = 0;
  Cycle promised_from_ = 0, promised_to_ = 0;
  std::vector<Ahead> ahead_;  ///< the cycles promised, where they are not alike
  bool alike_ = true;
};

}  // namespace systole
