// A counter is one line of a table: a struct of the tests' own, with a line for each kind of counter.
#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "models/stats.h"
#include "sim/report/counter_figures.h"

namespace systole {

struct ValveStats {
  uint64_t opened = 0, peak = 0, words = 0;
  ActivityCycles cycles{};
  TensorCounts words_by_tensor{};
  BusCycles bus;
  uint64_t twice_opened() const { return 2 * opened; }
};
template <>
struct StatTable<ValveStats> {
  using S = ValveStats;
  static constexpr Stat<S> lines[] = {
      {"opened", "times", "how often the valve opened", &S::opened},
      Stat<S>{"peak", kCycles, "that it was open at the longest", &S::peak}.highest(),
      Stat<S>{"words", "words", "that went through", &S::words}.hidden(),
      {"cycles", kCycles, "by what it did", &S::cycles},
      Stat<S>{"words_by_tensor", "words", "by tensor", &S::words_by_tensor}.sums_to(&S::words),
      {"bus", kMemoryCycles, "of its bus", &S::bus},
      {"twice_opened", "times", "a sum of others", &S::twice_opened}};
};
static_assert(counted_bytes<ValveStats>() == sizeof(ValveStats));

/// The same with one counter that has no line.
struct LeakyStats {
  uint64_t counted = 0, forgotten = 0;
};
template <>
struct StatTable<LeakyStats> {
  static constexpr Stat<LeakyStats> lines[] = {{"counted", "", "", &LeakyStats::counted}};
};
static_assert(counted_bytes<LeakyStats>() != sizeof(LeakyStats));

namespace {

using Json = nlohmann::ordered_json;

ValveStats valve() {
  ValveStats stats;
  stats.opened = 3, stats.peak = 7, stats.words = 12;
  stats.cycles = {1, 2, 3, 4, 5};
  stats.words_by_tensor[2] = 12;
  stats.bus = {6, 7, 8, 9};
  return stats;
}

template <class S>
void check_lines(const std::string& module, const S& /*of*/) {
  INFO(module);
  std::set<std::string> names;
  for (const Stat<S>& line : StatTable<S>::lines) {
    CAPTURE(line.name);
    CHECK(names.insert(line.name).second);
    CHECK(std::string(line.description).size() > 3);
  }
}

}  // namespace

TEST_CASE("a counter's line is its JSON: whole, by state, by tensor", "[stats]") {
  const Json json = counts_json(valve(), [](const auto&) { return true; });
  CHECK(
      json.dump() ==
      R"({"opened":3,"peak":7,"words":12,)"
      R"("cycles":{"busy":1,"fill_drain":2,"wait_input":3,"wait_output":4,"idle":5},)"
      R"("words_by_tensor":{"input":0,"weight":0,"bias":12,"output":0,"psum":0,"workspace":0,"index":0,"input_exponent":0,)"
      R"("weight_exponent":0},)"
      R"("bus":{"data":6,"no_request":7,"timing":8,"refresh":9}})");
  CHECK(counts_json(valve(), [](const auto& line) { return !line.is_time(); }).size() == 3);
}

TEST_CASE("what a line wrote it reads back", "[stats]") {
  ValveStats read;
  for (const auto& line : StatTable<ValveStats>::lines) read_stat(to_json(line, valve()), line, read);
  const auto all = [](const auto&) { return true; };
  CHECK(counts_json(read, all) == counts_json(valve(), all));
}

TEST_CASE("counters of two instances add up line by line; of some the highest counts", "[stats]") {
  ValveStats sum = valve(), other = valve();
  other.opened = 10, other.peak = 4;
  add_counters(sum, other);
  CHECK(sum.opened == 13);
  CHECK(sum.peak == 7);
  CHECK(sum.words == 24);
  CHECK(sum.cycles == ActivityCycles{2, 4, 6, 8, 10});
  CHECK(sum.words_by_tensor[2] == 24);
  CHECK(sum.bus.total() == 60);
  other.peak = 70;
  add_counters(sum, other);
  CHECK(sum.peak == 70);
}

TEST_CASE("a shown line is a figure of an entry, with its unit and description", "[stats]") {
  ValveStats counted = valve();
  const Figures figures =
      figures_of("valves", StatTable<ValveStats>(), [&](auto&) -> ValveStats& { return counted; });
  REQUIRE(figures.size() == 5);  // `words` is hidden, the states stand apart
  CHECK(figures[0].path == "valves.opened");
  CHECK(figures[0].unit == "times");
  CHECK(figures[0].description == "how often the valve opened");
  CHECK(figures[0].in_totals == InTotals::sum);
  MachineStats stats;
  figures[0].read(11, stats);
  CHECK(counted.opened == 11);
  CHECK(figures[4].path == "valves.twice_opened");
}

TEST_CASE("every counter of the machine has one name and a description", "[stats]") {
  const MachineStats stats;
  for_each_module(stats, [](const std::string& path, const auto& module) { check_lines(path, module); });
  check_lines("machine", stats);
  check_lines("dram channel", stats.dram.total);
  check_lines("dram bank", BankCounts());
}

}  // namespace systole
