// Every counter that results show can be read back, and every one that is priced is shown.
#include <catch2/catch.hpp>
#include <set>

#include "sim/energy/price.h"
#include "sim/report/counter_figures.h"
#include "sim/report/invariants.h"
#include "sim/report/results_shape.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

/// A number of its own for each.
struct Numbers {
  uint64_t next = 1000;
  void fill(uint64_t& count) { count = ++next; }
  template <size_t kCount>
  void fill(std::array<uint64_t, kCount>& counts) {
    for (uint64_t& count : counts) count = ++next;
  }
  void fill(BusCycles& bus) { fill_all(bus); }
  template <class S>
  void fill_all(S& stats) {
    for (const Stat<S>& line : StatTable<S>::lines) {
      visit_member(line, [&](auto member) {
        if constexpr (!std::is_same_v<decltype(member), typename Stat<S>::Sum>) fill(stats.*member);
      });
    }
  }
};

MachineStats all_counted() {
  Numbers numbers;
  MachineStats stats;
  numbers.fill_all(stats);
  for_each_module(stats, [&](const std::string&, auto& module) { numbers.fill_all(module); });
  numbers.fill_all(stats.dram.total);
  return stats;
}

Json entry_of(const MachineStats& stats) {
  Layer layer;
  layer.name = "a";
  LayerResult result{layer, "direct", Dataflow::output_stationary, {{}, std::nullopt}, 1, 0, {}, {}, {},
                     {},    {}};
  result.stats = stats;
  return to_json(result, {1, for_every_format<uint64_t>(1), EnergyUnit::pj});
}

EnergyTable table_of_ones() {
  EnergyTable table;
  for (ArrayPrices& prices : table.array) prices = {3, 5};
  for (VectorPrices& prices : table.vector) prices = {7, 11, 13, 17};
  table.index = {19, 23, 29};
  table.accumulator_access = 31;
  table.registers = {47, 53};
  table.hop = 59;
  table.sram = {{uint64_t{1} << 30, 37}};
  table.dram_64b = 41;
  table.static_cycle = 43;
  return table;
}

EnergyBreakdown priced(const MachineStats& stats, bool by_currents) {
  DramPrices dram;
  dram.by_currents = by_currents;
  dram.activate = 2, dram.read = 3, dram.write = 5, dram.refresh = 7, dram.active_cycle = 11,
  dram.idle_cycle = 13;
  return price(stats, table_of_ones(), ProductFormats{}, {1, 1, 1}, dram);
}

}  // namespace

TEST_CASE("paths of figures are unique, each has a description", "[report]") {
  std::set<std::string> paths;
  for (const Figure& figure : layer_figures()) {
    CAPTURE(figure.path);
    CHECK(paths.insert(figure.path).second);
    CHECK(figure.description.size() > 3);
  }
  for (const char* path :
       {"cycles", "ops.array.multiplies", "ops.index.divmods", "pe_array", "dram.bus_bytes",
        "dram.channels.bus_cycles", "dram.banks.row_hits", "sram.output.conflict_cycles"}) {
    CAPTURE(path);
    CHECK(paths.count(path) == 1);
  }
}

TEST_CASE("an entry tells again every counter that it shows", "[report]") {
  const Json entry = entry_of(all_counted());
  const Json again = entry_of(counters_of(entry));
  for (const Figure& figure : layer_figures()) {
    if (!figure.read) continue;
    CAPTURE(figure.path);
    CHECK(at_path(again, figure.path) == at_path(entry, figure.path));
    CHECK(at_path(entry, figure.path) != 0);
  }
}

TEST_CASE("every priced counter is told by an entry, whichever way DRAM is priced", "[report][energy]") {
  const MachineStats counted = all_counted();
  const MachineStats read = counters_of(entry_of(counted));
  for (const bool by_currents : {false, true}) {
    CHECK(priced(read, by_currents).cells == priced(counted, by_currents).cells);
    CHECK(priced(counted, by_currents).total() > 0);
  }
}

TEST_CASE("totals sum what modules count and have no key of their own", "[report]") {
  const Json entry = entry_of(all_counted());
  const Json totals =
      totals_of(Json::array({entry, entry}), {1, for_every_format<uint64_t>(1), EnergyUnit::pj});
  for (const Figure& figure : layer_figures()) {
    if (!figure.read) continue;
    CAPTURE(figure.path);
    const Json flat = at_path(entry, figure.path), sum = at_path(totals, figure.path);
    if (flat.is_number()) CHECK(sum == 2 * flat.get<uint64_t>());
    for (const auto& [key, value] : flat.items()) {
      if (flat.is_object()) CHECK(sum.at(key) == 2 * value.get<uint64_t>());
    }
  }
}

namespace {

/// Breaks the `wanted`-th relation that the tables of the modules state; the module's name, or empty where
/// there are fewer.
std::string break_relation(MachineStats& stats, int wanted) {
  int seen = 0;
  std::string name;
  for_each_module(stats, [&](const std::string& path, auto& module) {
    using S = std::decay_t<decltype(module)>;
    for (const Stat<S>& line : StatTable<S>::lines) {
      visit_member(line, [&](auto member) {
        using Member = decltype(member);
        constexpr bool kIsStates = std::is_same_v<Member, typename Stat<S>::States>;
        if constexpr (kIsStates || std::is_same_v<Member, typename Stat<S>::ByTensor>) {
          if ((!kIsStates && line.whole == nullptr) || seen++ != wanted) return;
          (module.*member)[1]++;
          name = path;
        }
      });
    }
  });
  return name;
}

}  // namespace

// Four modules have states, each of three buffers has two counts by tensor.
TEST_CASE("every module whose table has states or parts of a whole is held to them", "[report]") {
  REQUIRE(broken_invariant({}, 0, {}, {}).empty());  // nothing happened in no time
  int relations = 0;
  for (;; ++relations) {
    MachineStats stats;
    const std::string name = break_relation(stats, relations);
    if (name.empty()) break;
    INFO(name);
    CHECK_THAT(broken_invariant(stats, 0, {}, {}), Catch::Contains(name));
  }
  CHECK(relations == 4 + 2 * kBufferCount);
}

TEST_CASE("the schema of results tells every figure's unit and description", "[report]") {
  const Json schema = results_schema();
  const Json& layer = schema.at("properties").at("layers").at("items").at("properties");
  const Json& conflicts =
      layer.at("sram").at("properties").at("weight").at("properties").at("conflict_cycles");
  CHECK(conflicts.at("unit") == "cycles");
  CHECK(conflicts.at("type") == "integer");
  CHECK(conflicts.at("description") == "that some unit lost to busy banks");
  CHECK(layer.at("seconds").at("type") == Json({"number", "null"}));
  const Json& totals = schema.at("properties").at("totals").at("properties");
  CHECK(totals.at("ops").at("properties").at("array").at("properties").at("adds").at("unit") == "operations");
}

}  // namespace systole
