#pragma once
#include <unordered_map>
#include <vector>

#include "models/compute/operand_walk.h"
#include "models/compute/word_latches.h"

namespace systole {

/// What a walk asks of its buffer's banks, when no other part of the compute core uses that buffer: the
/// core goes first at every bank, so nothing else can hold it up.
struct FeedSchedule {
  /// A step keeps the banks busy for, or its addresses take if that is longer; 0: all words were open
  /// already.
  std::vector<uint32_t> cycles;
  std::vector<uint32_t>
      banks;  ///< of the words that the steps open, one after the other; turned, see turn_of()
  std::vector<uint32_t> ends;  ///< of each step's
  uint64_t accesses = 0, elements = 0;
  uint64_t exponent_accesses = 0, exponents = 0;
  uint64_t number = 0;  ///< no other has it
};

/// Words and banks of whole walks, worked out once for walks that differ by a shift.
class FeedScheduler {
 public:
  /// Of steps of at least `step_cycles`. Valid until the next call.
  const FeedSchedule& schedule(const OperandWalk& walk, uint32_t step_cycles);
  /// The banks of the words that `step` of the walk scheduled last opens, each as often as it is claimed.
  const std::vector<uint32_t>& banks_of(const OperandWalk& walk, uint64_t step);

 private:
  struct KeyHash {
    std::size_t operator()(const std::vector<int64_t>& key) const;
  };

  /// What the banks of a walk are ahead of those in the schedule of its key: walks of one key lie in a slot
  /// each, a number of words apart, or are one and the same.
  static uint32_t turn_of(const OperandWalk& walk);
  void work_out(const OperandWalk& walk, FeedSchedule& schedule);
  static uint64_t period_of(const OperandWalk& walk);
  void add_step(const OperandWalk& walk, uint64_t step, FeedSchedule& schedule);
  void repeat(const OperandWalk& walk, uint64_t first, uint64_t end, uint64_t period, FeedSchedule& schedule);
  /// How long the banks of `banks_` are busy.
  uint32_t cycles_of(const SramBuffer& buffer);

  static constexpr std::size_t kMostKept = 1 << 21;  ///< numbers in the cache

  std::unordered_map<std::vector<int64_t>, FeedSchedule, KeyHash> cache_;
  std::size_t kept_ = 0;
  uint64_t made_ = 0;  ///< schedules
  const FeedSchedule* present_ = nullptr;
  uint32_t turn_ = 0, first_bank_ = 0;  ///< of the walk scheduled last
  std::vector<int64_t> key_, last_key_, addresses_;
  std::vector<uint32_t> banks_, claims_;
  WordLatches latches_;
};

}  // namespace systole
