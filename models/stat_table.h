#pragma once
// What a module counts, as a table beside its Stats: from it the host side makes results, their schema,
// totals, invariants, prices and what it compares. Plain data, which knows no JSON and no picojoule.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <variant>

#include "models/isa.h"

namespace systole {

/// Each cycle of a clocked module has exactly one of these names.
enum class Activity : uint8_t { busy, fill_drain, wait_input, wait_output, idle };
inline constexpr int kActivityCount = 5;
inline constexpr std::array<const char*, kActivityCount> kActivityNames = {"busy", "fill_drain", "wait_input",
                                                                           "wait_output", "idle"};
/// A module's cycles by what it did in them; they sum to all cycles.
using ActivityCycles = std::array<uint64_t, kActivityCount>;

using TensorCounts = std::array<uint64_t, kTensorCount>;  ///< by whose bytes were moved

/// Why no data were on the bus: nothing asked for any; a refresh held the banks; a timing rule did.
struct BusCycles {
  uint64_t data = 0, no_request = 0, timing = 0, refresh = 0;
  uint64_t total() const { return data + no_request + timing + refresh; }
};

/// The unit of times. Counts in any other are of work, which no stall changes.
inline constexpr std::string_view kCycles = "cycles", kMemoryCycles = "cycles of the memory's clock";

/// One counter of the struct S: a line of its table. Its kind is that of its member; a sum is computed of
/// other counters, and no counter itself.
template <class S>
struct Stat {
  using Count = uint64_t S::*;
  using Sum = uint64_t (S::*)() const;
  using States = ActivityCycles S::*;
  using ByTensor = TensorCounts S::*;
  using Bus = BusCycles S::*;

  const char* name;
  std::string_view unit;  ///< empty: the name says what is counted
  const char* description;
  std::variant<Count, Sum, States, ByTensor, Bus> member;
  Count whole = nullptr;    ///< what counts by tensor sum to, where that is a counter
  bool is_shown = true;     ///< in results, with the module's others
  bool is_highest = false;  ///< of several instances, the highest counts and not the sum
  int list_place = 0;       ///< of a DRAM channel: its place among the lists by channel; 0: it has none

  constexpr Stat hidden() const {
    Stat line = *this;
    line.is_shown = false;
    return line;
  }
  constexpr Stat sums_to(Count counter) const {
    Stat line = *this;
    line.whole = counter;
    return line;
  }
  constexpr Stat highest() const {
    Stat line = *this;
    line.is_highest = true;
    return line;
  }
  constexpr Stat listed(int place) const {
    Stat line = *this;
    line.list_place = place;
    return line;
  }
  constexpr bool is_time() const { return unit == kCycles || unit == kMemoryCycles; }
};

/// `lines` of a struct's counters, in the order of results: specialized beside the struct.
template <class S>
struct StatTable;

template <>
struct StatTable<BusCycles> {
  static constexpr Stat<BusCycles> lines[] = {
      {"data", kMemoryCycles, "with data on the bus", &BusCycles::data},
      {"no_request", kMemoryCycles, "idle for want of a request", &BusCycles::no_request},
      {"timing", kMemoryCycles, "idle for a timing rule", &BusCycles::timing},
      {"refresh", kMemoryCycles, "idle for a refresh", &BusCycles::refresh}};
};

/// The bytes of all counters in the table: a struct that holds nothing else is as large, or one of them has
/// no line.
template <class S>
constexpr std::size_t counted_bytes() {
  constexpr std::size_t kBytes[] = {sizeof(uint64_t), 0, sizeof(ActivityCycles), sizeof(TensorCounts),
                                    sizeof(BusCycles)};
  std::size_t bytes = 0;
  for (const Stat<S>& line : StatTable<S>::lines) bytes += kBytes[line.member.index()];
  return bytes;
}
static_assert(counted_bytes<BusCycles>() == sizeof(BusCycles));

/// `visit(member)` of the line's member, for the kinds that S has room for.
template <class S, class Visit>
auto visit_member(const Stat<S>& line, const Visit& visit) {
  using Line = Stat<S>;
  if (const auto* sum = std::get_if<typename Line::Sum>(&line.member)) return visit(*sum);
  if constexpr (sizeof(S) >= sizeof(BusCycles)) {
    if (const auto* bus = std::get_if<typename Line::Bus>(&line.member)) return visit(*bus);
  }
  if constexpr (sizeof(S) >= sizeof(ActivityCycles)) {
    if (const auto* states = std::get_if<typename Line::States>(&line.member)) return visit(*states);
  }
  if constexpr (sizeof(S) >= sizeof(TensorCounts)) {
    if (const auto* counts = std::get_if<typename Line::ByTensor>(&line.member)) return visit(*counts);
  }
  return visit(std::get<typename Line::Count>(line.member));
}

/// Adds every counter of `other` to its own of `sum`.
template <class S>
void add_counters(S& sum, const S& other);

namespace stat_detail {

inline void add(uint64_t& sum, uint64_t other) { sum += other; }
template <std::size_t kCount>
void add(std::array<uint64_t, kCount>& sum, const std::array<uint64_t, kCount>& other) {
  for (std::size_t i = 0; i < kCount; ++i) sum[i] += other[i];
}
inline void add(BusCycles& sum, const BusCycles& other) { add_counters(sum, other); }

}  // namespace stat_detail

template <class S>
void add_counters(S& sum, const S& other) {
  for (const Stat<S>& line : StatTable<S>::lines) {
    visit_member(line, [&](auto member) {
      using Member = decltype(member);
      if constexpr (std::is_same_v<Member, typename Stat<S>::Count>) {
        if (!line.is_highest) return stat_detail::add(sum.*member, other.*member);
        if (sum.*member < other.*member) sum.*member = other.*member;
      } else if constexpr (!std::is_same_v<Member, typename Stat<S>::Sum>) {
        stat_detail::add(sum.*member, other.*member);
      }
    });
  }
}

}  // namespace systole
