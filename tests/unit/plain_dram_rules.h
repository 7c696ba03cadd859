#pragma once
#include <array>
#include <optional>
#include <vector>

#include "models/kernel/time.h"
#include "models/memory/dram/banked/params.h"

namespace systole {

enum class PlainCommand { activate, precharge, read, write, refresh };

/// Where a burst lies, each field counted from 0.
struct PlainPlace {
  uint64_t row = 0, rank = 0, group = 0, bank = 0, channel = 0, column = 0;
};

/// The number of a burst cut into fields, the last two letters of the map first.
PlainPlace plain_place(uint64_t burst, const std::string& map, const DramGeometry& geometry);

/// The k-th refresh, counted from 0: when it falls due, the first bank it takes and how many.
struct PlainRefresh {
  Cycle due = 0;
  uint32_t first_bank = 0, banks = 0;
};
PlainRefresh plain_refresh(uint64_t k, const DramGeometry& geometry, const DramTimings& timing,
                           DramRefresh policy);

/// A channel's timing rules as a list: so many cycles from one command to another at the same bank, in the
/// same bank group, in the same rank, or in another one. Remembers when each command last went where; a bank
/// counts all banks of the channel.
class PlainRules {
 public:
  PlainRules(const DramGeometry& geometry, const DramTimings& timing, DramRefresh policy);

  bool legal(PlainCommand command, uint32_t bank, Cycle now) const;
  /// As far as the commands of this bank itself go.
  bool legal_for_bank(PlainCommand command, uint32_t bank, Cycle now) const;
  void issue(PlainCommand command, uint32_t bank, Cycle now);
  /// The bank closes by itself as soon as a precharge of it would be legal for the bank.
  void close_by_itself(uint32_t bank);

 private:
  enum Level { same_bank, same_group, same_rank, other_rank };
  struct Rule {
    Level level;
    PlainCommand first, second;
    int64_t apart;
  };
  using Last = std::array<std::optional<Cycle>, 5>;  ///< of each command

  static bool kept(const Rule& rule, const Last& last, Cycle now);
  bool level_allows(Level level, PlainCommand command, const Last& last, Cycle now) const;
  bool four_activates_allow(uint32_t rank, Cycle now) const;

  DramGeometry geometry_;
  int64_t tfaw_;
  std::vector<Rule> rules_;
  std::vector<Last> banks_, groups_, ranks_;
  std::vector<std::vector<Cycle>> activates_;  ///< of each rank
};

}  // namespace systole
