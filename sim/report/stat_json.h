#pragma once
// Counters as JSON and back, by their tables.
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>

#include "models/stat_table.h"
#include "sim/report/named.h"

namespace systole {

template <class S>
nlohmann::ordered_json to_json(const Stat<S>& line, const S& stats);

inline nlohmann::ordered_json counts_json(uint64_t count) { return count; }
inline nlohmann::ordered_json counts_json(const ActivityCycles& cycles) {
  return named(kActivityNames, cycles);
}
inline nlohmann::ordered_json counts_json(const TensorCounts& counts) { return named(kTensorNames, counts); }
/// Every counter of the table that `is_wanted`, by name; sums of others are no counters of their own.
template <class S, class Wanted>
nlohmann::ordered_json counts_json(const S& stats, const Wanted& is_wanted) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const Stat<S>& line : StatTable<S>::lines) {
    const bool is_counter = !std::holds_alternative<typename Stat<S>::Sum>(line.member);
    if (is_counter && is_wanted(line)) json[line.name] = to_json(line, stats);
  }
  return json;
}
inline nlohmann::ordered_json counts_json(const BusCycles& cycles) {
  return counts_json(cycles, [](const Stat<BusCycles>&) { return true; });
}

/// What the counter counted, by state or tensor where it does.
template <class S>
nlohmann::ordered_json to_json(const Stat<S>& line, const S& stats) {
  return visit_member(line, [&](auto member) { return counts_json(std::invoke(member, stats)); });
}

inline void read_counts(const nlohmann::ordered_json& json, uint64_t& count) { count = json; }
template <size_t kCount>
void read_counts(const nlohmann::ordered_json& json, const std::array<const char*, kCount>& names,
                 std::array<uint64_t, kCount>& counts) {
  for (size_t i = 0; i < kCount; ++i) counts[i] = json.at(names[i]);
}
inline void read_counts(const nlohmann::ordered_json& json, ActivityCycles& cycles) {
  read_counts(json, kActivityNames, cycles);
}
inline void read_counts(const nlohmann::ordered_json& json, TensorCounts& counts) {
  read_counts(json, kTensorNames, counts);
}
inline void read_counts(const nlohmann::ordered_json& json, BusCycles& cycles) {
  for (const Stat<BusCycles>& line : StatTable<BusCycles>::lines)
    cycles.*std::get<Stat<BusCycles>::Count>(line.member) = json.at(line.name);
}
/// The inverse of to_json(); of a sum of other counters there is nothing to read.
template <class S>
void read_stat(const nlohmann::ordered_json& json, const Stat<S>& line, S& stats) {
  visit_member(line, [&](auto member) {
    if constexpr (!std::is_same_v<decltype(member), typename Stat<S>::Sum>) read_counts(json, stats.*member);
  });
}

}  // namespace systole
