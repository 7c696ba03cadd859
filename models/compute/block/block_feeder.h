#pragma once
#include <array>
#include <vector>

#include "models/compute/block/feed_schedule.h"
#include "models/compute/control/operand_feeder.h"

namespace systole {

/// A feeder that knows the words of a walk before it begins. It follows that schedule as long as no other
/// part of the core uses its buffer, and the buffer asks it which banks it holds; else it claims bank by
/// bank.
class BlockFeeder : public OperandFeeder {
 public:
  using OperandFeeder::OperandFeeder;

  void reset() override;
  void begin() override;
  /// From now on claims bank by bank: someone else in the core uses the buffer as well.
  void share_buffer();
  /// Nobody else does: walks that begin from now on follow a schedule again.
  void own_buffer() { shared_ = false; }

  void fetch(Cycle now) override;
  bool waits_for_bank() override;

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

  /// Cycles ahead from one place in a schedule; the folds of a MatMul come by it again and again.
  struct Plan {
    uint64_t schedule = 0;
    ReadAhead from;
    uint32_t left = 0;
    uint64_t asked = 0, cycles = 0;  ///< cycles wanted, and those in which a step can be taken
    std::vector<Ahead> ahead;
    bool begins(uint64_t number, const ReadAhead& at, uint32_t cycles_left) const {
      return schedule == number && from.head == at.head && from.tail == at.tail &&
             from.reading == at.reading && left == cycles_left;
    }
  };

  void open_words() override;
  uint64_t alike_cycles(uint64_t most) const;
  uint64_t plan_cycles(uint64_t most);
  void work_out(Plan& plan, uint64_t most) const;
  void register_forecast();
  static const std::vector<uint32_t>& banks_at(void* feeder, Cycle cycle);
  const std::vector<uint32_t>& banks_in_part(uint64_t step, uint32_t part);

  static constexpr uint64_t kWorthwhile = 16;  ///< alike cycles, before others are looked for

  bool shared_ = false, scheduled_ = false;
  SramBuffer* forecast_in_ = nullptr;
  FeedScheduler scheduler_;
  std::vector<uint32_t> banks_;
  const uint32_t* cycles_ = nullptr;  ///< of each step
  uint64_t schedule_ = 0;             ///< its number
  uint32_t left_ = 0;                 ///< of step at_.tail
  Cycle claimed_in_ = kNever;         ///< the last cycle stepped singly in which banks were held
  uint64_t claimed_step_ = 0;
  uint32_t claimed_part_ = 0;
  Cycle promised_from_ = 0, promised_to_ = 0;
  std::array<Plan, 64> plans_;
  const Plan* plan_ = nullptr;  ///< of the cycles promised, where they are not alike
  bool alike_ = true;
};

}  // namespace systole
