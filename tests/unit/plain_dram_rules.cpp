#include "plain_dram_rules.h"

#include <algorithm>

namespace systole {

using C = PlainCommand;

PlainPlace plain_place(uint64_t burst, const std::string& map, const DramGeometry& geometry) {
  PlainPlace place;
  for (std::string rest = map; !rest.empty(); rest.resize(rest.size() - 2)) {
    const std::string field = rest.substr(rest.size() - 2);
    const auto cut = [&](const char* name, uint64_t size, uint64_t& value) {
      if (field != name) return;
      value = burst % size;
      burst /= size;
    };
    cut("ro", geometry.rows, place.row);
    cut("ra", geometry.ranks, place.rank);
    cut("bg", geometry.bank_groups, place.group);
    cut("ba", geometry.banks, place.bank);
    cut("ch", geometry.channels, place.channel);
    cut("co", geometry.columns / geometry.burst_beats, place.column);
  }
  return place;
}

PlainRefresh plain_refresh(uint64_t k, const DramGeometry& geometry, const DramTimings& timing,
                           DramRefresh policy) {
  if (policy == DramRefresh::none) return {kNever, 0, 0};
  const bool single = policy == DramRefresh::per_bank;
  const uint32_t in_rank = geometry.bank_groups * geometry.banks;
  const uint64_t interval = (single ? timing.trefi_pb.value() : timing.trefi) / geometry.ranks;
  const uint64_t rank = k % geometry.ranks, turn = k / geometry.ranks;
  const uint64_t bank = rank * in_rank + (single ? turn % in_rank : 0);
  return {(k + 1) * interval, static_cast<uint32_t>(bank), single ? 1 : in_rank};
}

PlainRules::PlainRules(const DramGeometry& geometry, const DramTimings& t, DramRefresh policy)
    : geometry_(geometry), tfaw_(t.tfaw) {
  const int64_t data = geometry.burst_cycles;  // on the bus
  const int64_t written = t.cwl + data;        // from a write to the end of its data
  const int64_t refresh = policy == DramRefresh::per_bank ? t.trfc_pb.value() : t.trfc;
  // The data of a read end, the bus turns, the data of the write begin; and the other way between two ranks.
  const int64_t read_write = t.cl + data + t.trtrs - t.cwl, write_read = written + t.trtrs - t.cl;
  rules_ = {
      {same_bank, C::activate, C::read, t.trcd_rd},
      {same_bank, C::activate, C::write, t.trcd_wr},
      {same_bank, C::activate, C::precharge, t.tras},
      {same_bank, C::activate, C::activate, int64_t{t.tras} + t.trp},
      {same_bank, C::read, C::precharge, t.trtp},
      {same_bank, C::write, C::precharge, written + t.twr},
      {same_bank, C::precharge, C::activate, t.trp},
      {same_bank, C::precharge, C::refresh, t.trp},
      {same_bank, C::refresh, C::activate, refresh},
      {same_bank, C::refresh, C::refresh, refresh},
      {same_group, C::activate, C::activate, t.trrd_l},
      {same_group, C::read, C::read, std::max<int64_t>(data, t.tccd_l)},
      {same_group, C::write, C::write, std::max<int64_t>(data, t.tccd_l)},
      {same_group, C::write, C::read, written + t.twtr_l},
      {same_rank, C::activate, C::activate, t.trrd_s},
      {same_rank, C::precharge, C::precharge, t.tppd},
      {same_rank, C::read, C::read, std::max<int64_t>(data, t.tccd_s)},
      {same_rank, C::write, C::write, std::max<int64_t>(data, t.tccd_s)},
      {same_rank, C::read, C::write, read_write},
      {same_rank, C::write, C::read, written + t.twtr_s},
      {other_rank, C::read, C::read, data + t.trtrs},
      {other_rank, C::read, C::write, read_write},
      {other_rank, C::write, C::write, data},
      {other_rank, C::write, C::read, write_read},
  };
  const uint32_t groups = geometry.ranks * geometry.bank_groups;
  banks_.resize(groups * geometry.banks);
  groups_.resize(groups);
  ranks_.resize(geometry.ranks);
  activates_.resize(geometry.ranks);
}

bool PlainRules::kept(const Rule& rule, const Last& last, Cycle now) {
  const std::optional<Cycle>& before = last[static_cast<int>(rule.first)];
  return !before || static_cast<int64_t>(now) - static_cast<int64_t>(*before) >= rule.apart;
}

bool PlainRules::level_allows(Level level, PlainCommand command, const Last& last, Cycle now) const {
  return std::all_of(rules_.begin(), rules_.end(), [&](const Rule& rule) {
    return rule.level != level || rule.second != command || kept(rule, last, now);
  });
}

bool PlainRules::four_activates_allow(uint32_t rank, Cycle now) const {
  const std::vector<Cycle>& all = activates_[rank];
  return all.size() < 4 || static_cast<int64_t>(now - all[all.size() - 4]) >= tfaw_;
}

bool PlainRules::legal_for_bank(PlainCommand command, uint32_t bank, Cycle now) const {
  return level_allows(same_bank, command, banks_[bank], now);
}

bool PlainRules::legal(PlainCommand command, uint32_t bank, Cycle now) const {
  const uint32_t group = bank / geometry_.banks, rank = group / geometry_.bank_groups;
  if (!legal_for_bank(command, bank, now) || !level_allows(same_group, command, groups_[group], now) ||
      !level_allows(same_rank, command, ranks_[rank], now)) {
    return false;
  }
  for (uint32_t other = 0; other < geometry_.ranks; ++other) {
    if (other != rank && !level_allows(other_rank, command, ranks_[other], now)) return false;
  }
  return command != C::activate || four_activates_allow(rank, now);
}

void PlainRules::issue(PlainCommand command, uint32_t bank, Cycle now) {
  const uint32_t group = bank / geometry_.banks, rank = group / geometry_.bank_groups;
  const int c = static_cast<int>(command);
  banks_[bank][c] = groups_[group][c] = ranks_[rank][c] = now;
  if (command != C::activate) return;
  std::vector<Cycle>& last = activates_[rank];
  last.push_back(now);
  if (last.size() > 4) last.erase(last.begin());
}

void PlainRules::close_by_itself(uint32_t bank) {
  Cycle close = 0;
  for (const Rule& rule : rules_) {
    if (rule.level != same_bank || rule.second != C::precharge) continue;
    const std::optional<Cycle>& before = banks_[bank][static_cast<int>(rule.first)];
    if (before) close = std::max<Cycle>(close, *before + rule.apart);
  }
  banks_[bank][static_cast<int>(C::precharge)] = close;
}

}  // namespace systole
