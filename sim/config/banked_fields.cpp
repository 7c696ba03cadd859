#include "sim/config/banked_fields.h"

#include <fmt/format.h>

#include <numeric>

#include "models/memory/dram/banked/address_map.h"
#include "sim/config/field_makers.h"
#include "sim/config/names.h"

namespace systole {
namespace {

Table<DramGeometry> geometry_table() {
  using F = FieldOf<DramGeometry>;
  using P = DramGeometry;
  return {
      F::integer("channels", &P::channels, {1, 64, 1}, "independent channels, interleaved by the map")
          .required(),
      F::integer("ranks", &P::ranks, {1, 8, 1}, "ranks of a channel").required(),
      F::integer("bank_groups", &P::bank_groups, {1, 16, 1}, "bank groups of a rank").required(),
      F::integer("banks", &P::banks, {1, 32, 1}, "banks of a bank group").required(),
      F::integer("rows", &P::rows, {1, 1 << 24, 1}, "rows of a bank").required(),
      F::integer("columns", &P::columns, {1, 65536, 1}, "beats in a row").required(),
      F::integer("bus_bits", &P::bus_bits, {8, 1024, 8}, "data width of a channel").required(),
      F::integer("burst_beats", &P::burst_beats, {1, 64, 1}, "beats of a burst").required(),
      F::integer("burst_cycles", &P::burst_cycles, {1, 64}, "cycles a burst is on the bus").required(),
  };
}

Table<DramTimings> timing_table() {
  using F = FieldOf<DramTimings>;
  using P = DramTimings;
  constexpr Range kCycles{1, 100000}, kOrNone{0, 100000};
  return {
      F::integer("cl", &P::cl, kCycles, "cycles from a read to its first data").required(),
      F::integer("cwl", &P::cwl, kCycles, "from a write to its first data").required(),
      F::integer("trcd_rd", &P::trcd_rd, kCycles, "activate to read").required(),
      F::integer("trcd_wr", &P::trcd_wr, kCycles, "activate to write").required(),
      F::integer("trp", &P::trp, kCycles, "precharge to activate").required(),
      F::integer("tras", &P::tras, kCycles, "activate to precharge").required(),
      F::integer("tccd_s", &P::tccd_s, kCycles, "column commands of different bank groups").required(),
      F::integer("tccd_l", &P::tccd_l, kCycles, "column commands of one bank group").required(),
      F::integer("trrd_s", &P::trrd_s, kCycles, "activates of different bank groups").required(),
      F::integer("trrd_l", &P::trrd_l, kCycles, "activates of one bank group").required(),
      F::integer("tfaw", &P::tfaw, kCycles, "window of four activates of a rank").required(),
      F::integer("twr", &P::twr, kCycles, "written data to precharge").required(),
      F::integer("twtr_s", &P::twtr_s, kCycles, "written data to a read of another bank group").required(),
      F::integer("twtr_l", &P::twtr_l, kCycles, "written data to a read of the bank group").required(),
      F::integer("trtp", &P::trtp, kCycles, "read to precharge").required(),
      F::integer("trtrs", &P::trtrs, kOrNone, "change of the bus's owner or direction").required(),
      F::integer("tppd", &P::tppd, kOrNone, "precharges of different banks of a rank").required(),
      F::integer("trfc", &P::trfc, kCycles, "refresh of a rank to activate").required(),
      F::integer("trefi", &P::trefi, kCycles, "between a rank's refreshes").required(),
      F::integer("trfc_pb", &P::trfc_pb, kCycles, "refresh of a bank to activate"),
      F::integer("trefi_pb", &P::trefi_pb, kCycles, "between a rank's refreshes of single banks"),
  };
}

Table<DramController> controller_table() {
  using F = FieldOf<DramController>;
  using P = DramController;
  return {
      F::integer("read_queue", &P::read_queue, {1, 1024}, "reads a channel holds"),
      F::integer("write_queue", &P::write_queue, {1, 1024}, "posted writes a channel holds"),
      F::integer("bank_queue", &P::bank_queue, {1, 64}, "commands a bank holds"),
      F::integer("write_low", &P::write_low, {0, 1023},
                 "more posted writes are drained when the banks are idle"),
      F::integer("idle_drain", &P::idle_drain, {0, 100000},
                 "cycles without a request, then all writes drain"),
      F::integer("row_hit_cap", &P::row_hit_cap, {1, 1000000}, "hits until an older request gets its row"),
      F::boolean("dual_command", &P::dual_command, "a row and a column command a cycle"),
      F::choice("refresh", &P::refresh, listed(kDramRefreshNames), "what a refresh takes at a time"),
      F::choice("page_policy", &P::page_policy, listed(kPagePolicyNames),
                "rows stay open, or close when unused"),
  };
}

Table<DramRail> rail_table() {
  using F = FieldOf<DramRail>;
  using P = DramRail;
  return {
      F::real("vdd", &P::vdd, 0, 10, "volts").required(),
      F::real("idd0", &P::idd0, 0, 1e5, "mA: one bank activates and precharges").required(),
      F::real("idd2n", &P::idd2n, 0, 1e5, "mA: all banks closed").required(),
      F::real("idd3n", &P::idd3n, 0, 1e5, "mA: a bank open").required(),
      F::real("idd4r", &P::idd4r, 0, 1e5, "mA: reading without a break").required(),
      F::real("idd4w", &P::idd4w, 0, 1e5, "mA: writing without a break").required(),
      F::real("idd5ab", &P::idd5ab, 0, 1e5, "mA: refreshing all banks").required(),
  };
}

Table<DramCurrents> currents_table() {
  using F = FieldOf<DramCurrents>;
  using P = DramCurrents;
  return {
      F::integer("device_bits", &P::device_bits, {4, 1024, 1},
                 "data width of a device; as many as fill the bus make up a rank of a channel"),
      F::section("core", &P::core, rail_table(), "the main supply (VDD, VDD2)"),
      F::section("wordline", &P::wordline, rail_table(),
                 "the supply of the word lines, where apart (VPP, VDD1)"),
      F::section("io", &P::io, rail_table(), "the supply of the data pins, where counted (VDDQ)"),
  };
}

template <class S>
void append(Table<S>& table, Table<S> more) {
  for (Field<S>& field : more) table.push_back(std::move(field));
}

const YamlNode& at(const YamlNode& map, const char* section, const std::string& key) {
  const YamlNode* node = map.find(section);
  const YamlNode* value = node == nullptr ? nullptr : node->find(key);
  return value != nullptr ? *value : node != nullptr ? *node : map;
}

struct Rule {
  const char *small, *large;
  uint32_t small_value, large_value;
};

/// `small` may not be more than `large`.
void check_timing(const YamlNode& map, const DramParams& dram) {
  const DramTimings& t = dram.banked.timing;
  for (const Rule& rule :
       {Rule{"trcd_rd", "tras", t.trcd_rd, t.tras}, Rule{"trcd_wr", "tras", t.trcd_wr, t.tras},
        Rule{"trrd_s", "tfaw", t.trrd_s, t.tfaw}, Rule{"tccd_s", "tccd_l", t.tccd_s, t.tccd_l},
        Rule{"trrd_s", "trrd_l", t.trrd_s, t.trrd_l}, Rule{"twtr_s", "twtr_l", t.twtr_s, t.twtr_l},
        Rule{"trfc", "trefi", t.trfc, t.trefi},
        Rule{"trfc_pb", "trefi_pb", t.trfc_pb.value_or(0), t.trefi_pb.value_or(100000)}}) {
    if (rule.small_value <= rule.large_value) continue;
    // The blame is on what an option set, else on the larger.
    const bool small_is_set = at(map, "timing", rule.small).where.line == 0;
    const std::string key = small_is_set ? rule.small : rule.large;
    fail_value(at(map, "timing", key), "timing." + key,
               fmt::format("impossible: {} is {}, {} is {}, legal: {} of at least {}", rule.small,
                           rule.small_value, rule.large, rule.large_value, rule.large, rule.small));
  }
}

/// What has no default, as it differs from memory to memory, and is needed by something else that was given.
void check_needs(const YamlNode& map, const BankedParams& banked) {
  const DramTimings& t = banked.timing;
  if (banked.controller.refresh == DramRefresh::per_bank && (!t.trfc_pb || !t.trefi_pb)) {
    fail_value(at(map, "controller", "refresh"), "controller.refresh",
               "got 'per_bank', legal: per_rank, none, or per_bank with timing.trfc_pb and timing.trefi_pb");
  }
  if (banked.currents.core.vdd > 0 && !banked.currents.device_bits) {
    fail_value(at(map, "currents", "core"), "currents",
               "missing key 'device_bits', legal: the data width of the device that draws them");
  }
}

void check_geometry(const YamlNode& map, const DramGeometry& g) {
  const auto fail = [&](const char* key, const std::string& what) {
    fail_value(map.find(key) != nullptr ? *map.find(key) : map, key, what);
  };
  if (g.columns < g.burst_beats) {
    fail("columns", fmt::format("got {}, legal: at least burst_beats = {}", g.columns, g.burst_beats));
  }
  if (g.banks_per_channel() > 64) {
    fail("banks", fmt::format("a channel has ranks * bank_groups * banks = {} banks, legal: up to 64",
                              g.banks_per_channel()));
  }
  if (g.burst_bytes() < 8 || g.burst_bytes() > 4096) {
    fail("burst_beats",
         fmt::format("a burst of bus_bits / 8 * burst_beats = {} bytes, legal: 8 to 4096", g.burst_bytes()));
  }
  constexpr uint64_t kMost = uint64_t{1} << 40;
  if (g.capacity() > kMost || g.capacity() < (1 << 20)) {
    fail("rows", fmt::format("a memory of {}, legal: from 1MiB to 1024GiB", bytes_text(g.capacity())));
  }
}

}  // namespace

Table<DramParams> banked_table() {
  using F = FieldOf<BankedParams>;
  using P = BankedParams;
  Table<BankedParams> table = lifted(geometry_table(), &P::geometry);
  const auto any = [](const std::string& text) { return !text.empty(); };
  table.push_back(
      F::text("address_map", &P::address_map, any,
              "the fields ro ra bg ba ch co, each once, from the most to the least significant, or reference",
              "how addresses spread over rows, ranks, bank groups, banks, channels, columns"));
  table.push_back(
      F::text("reference_map", &P::reference_map, any, "a map", "what address_map: reference stands for"));
  append(table, {F::section("timing", &P::timing, timing_table(), "cycles of the memory's clock").required(),
                 F::section("controller", &P::controller, controller_table(), "queues and policies"),
                 F::section("currents", &P::currents, currents_table(),
                            "of one device, for dram_energy: currents")});
  return lifted(table, &DramParams::banked);
}

std::vector<std::string> timing_keys(const DramTimings& timing) {
  std::vector<std::string> paths;
  for (const Field<DramTimings>& field : timing_table()) {
    if (!field.write(timing).is_null()) paths.push_back("timing." + field.key);
  }
  return paths;
}

void settle_banked(const YamlNode& map, DramParams& dram) {
  BankedParams& banked = dram.banked;
  const DramGeometry& g = banked.geometry;
  check_geometry(map, g);
  check_timing(map, dram);
  check_needs(map, banked);
  if (banked.address_map == "reference") {
    if (map.find("reference_map") == nullptr) {
      fail_value(*map.find("address_map"), "address_map",
                 "got 'reference', legal: with a reference_map beside it");
    }
    banked.address_map = banked.reference_map;
  }
  const std::string mistake = AddressMap::mistake(banked.address_map);
  if (!mistake.empty()) {
    fail_value(map.find("address_map") != nullptr ? *map.find("address_map") : map, "address_map",
               fmt::format("{} in '{}', legal: the fields ro ra bg ba ch co, each once, or reference",
                           shortened(mistake), shortened(banked.address_map)));
  }
  dram.burst_bytes = g.burst_bytes();
  dram.capacity = g.capacity();
  const uint64_t num = uint64_t{g.channels} * g.burst_bytes() * dram.clock_khz,
                 den = uint64_t{g.burst_cycles} * 1000000;
  const uint64_t common = std::gcd(num, den);
  dram.bandwidth_num = num / common;
  dram.bandwidth_den = den / common;
  const DramTimings& t = banked.timing;
  dram.latency_ns = 1e6 * (t.trcd_rd + t.cl + g.burst_cycles + 1) / static_cast<double>(dram.clock_khz);
}

}  // namespace systole
