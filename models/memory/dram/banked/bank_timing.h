#pragma once
#include <algorithm>
#include <array>
#include <vector>

#include "models/kernel/time.h"
#include "models/memory/dram/banked/params.h"

namespace systole {

enum class DramCommand : uint8_t { activate, precharge, read, write, refresh };
inline constexpr int kDramCommandCount = 5;

/// The timing rules of one channel, as the earliest cycle of each command at each bank, bank group and rank.
/// A command is legal from the latest of its levels on. Knows no queue and no open row.
class BankTiming {
 public:
  BankTiming(const DramGeometry& geometry, const DramTimings& timing);
  void reset();

  /// The first cycle in which the command is legal at the bank (of a refresh: as far as this bank is
  /// concerned).
  Cycle earliest(DramCommand command, uint32_t bank) const {
    const int c = static_cast<int>(command);
    const Place& at = places_[bank];
    Cycle cycle = at.own[c];
    if (groups_[at.group][c] > cycle) cycle = groups_[at.group][c];
    if (ranks_[at.rank][c] > cycle) cycle = ranks_[at.rank][c];
    return cycle;
  }
  /// The same as far as the bank's own commands are concerned.
  Cycle earliest_of_own(DramCommand command, uint32_t bank) const {
    return places_[bank].own[static_cast<int>(command)];
  }
  /// No bank of the channel takes the command before this.
  Cycle floor(DramCommand command) const {
    const int c = static_cast<int>(command);
    Cycle first = ranks_[0][c];
    for (uint32_t rank = 1; rank < geometry_.ranks; ++rank) first = std::min(first, ranks_[rank][c]);
    return first;
  }
  uint32_t rank_of(uint32_t bank) const { return places_[bank].rank; }
  /// The command is issued in cycle `now`. A refresh of a whole rank is issued to each of its banks.
  void issue(DramCommand command, uint32_t bank, Cycle now);
  /// The bank's last column command is one with precharge: the bank closes by itself as soon as it may.
  void auto_precharge(uint32_t bank);
  void refresh(uint32_t bank, Cycle now, uint32_t trfc);
  void read(uint32_t bank, Cycle now) {
    Place& at = places_[bank];
    at_least(groups_[at.group][kRd], now + within_);
    at_least(at.own[kPre], now + t_.trtp);
    at_least(ranks_[at.rank][kRd], now + across_);
    at_least(ranks_[at.rank][kWr], now + read_to_write_);
    if (geometry_.ranks != 1) read_elsewhere(at.rank, now);
  }
  void write(uint32_t bank, Cycle now) {
    Place& at = places_[bank];
    const Cycle end = now + t_.cwl + geometry_.burst_cycles;
    at_least(groups_[at.group][kWr], now + within_);
    at_least(groups_[at.group][kRd], end + t_.twtr_l);
    at_least(at.own[kPre], end + t_.twr);
    at_least(ranks_[at.rank][kWr], now + across_);
    at_least(ranks_[at.rank][kRd], end + t_.twtr_s);
    if (geometry_.ranks != 1) write_elsewhere(at.rank, now);
  }

 private:
  static constexpr int kPadded = 8;  ///< commands, so that a place is found by a shift
  using Cycles = std::array<Cycle, kPadded>;
  struct Place {
    Cycles own{};
    uint32_t group = 0, rank = 0;
  };

  static constexpr int kAct = static_cast<int>(DramCommand::activate),
                       kPre = static_cast<int>(DramCommand::precharge),
                       kRd = static_cast<int>(DramCommand::read), kWr = static_cast<int>(DramCommand::write),
                       kRef = static_cast<int>(DramCommand::refresh);

  static void at_least(Cycle& value, Cycle bound) { value = std::max(value, bound); }
  void activate(Place& at, Cycle now);
  void precharge(Place& at, Cycle now);
  /// What a column command on one rank means to the others.
  void read_elsewhere(uint32_t rank, Cycle now);
  void write_elsewhere(uint32_t rank, Cycle now);

  DramGeometry geometry_;
  DramTimings t_;
  uint32_t within_, across_;  ///< column command to the same kind of column command
  uint32_t read_to_write_, write_to_other_rank_;
  std::vector<Place> places_;
  std::vector<Cycles> groups_, ranks_;
  struct Window {
    std::array<Cycle, 4> activates{};
    uint32_t count = 0;
  };
  std::vector<Window> windows_;  ///< of each rank, for tFAW
};

}  // namespace systole
