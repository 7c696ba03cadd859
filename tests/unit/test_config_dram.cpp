#include "config_files.h"

namespace systole {
namespace {

std::string error_with(const std::vector<Override>& overrides) {
  return error_of("--set: error: ", [&] { load_dram("ddr4_3200", overrides); });
}

}  // namespace

TEST_CASE("impossible timings, geometries and maps of a DRAM are refused, each with what is legal") {
  CHECK(error_with({{"timing.tras", "20"}}) ==
        "timing.tras: impossible: trcd_rd is 22, tras is 20, legal: tras of at least trcd_rd");
  CHECK(error_with({{"timing.trcd_wr", "60"}}) ==
        "timing.trcd_wr: impossible: trcd_wr is 60, tras is 52, legal: tras of at least trcd_wr");
  CHECK(error_with({{"timing.tfaw", "3"}}).find("trrd_s is 4, tfaw is 3") != std::string::npos);
  CHECK(error_with({{"timing.tccd_l", "1"}}).find("tccd_s is 4, tccd_l is 1") != std::string::npos);
  CHECK(error_with({{"timing.trfc", "99999"}}).find("trfc is 99999, trefi is 12480") != std::string::npos);
  CHECK(error_with({{"address_map", "rorabgbaco"}}).find("field 'ch' missing") != std::string::npos);
  CHECK(error_with({{"address_map", "rorabgbacoco"}}).find("field 'co' doubled") != std::string::npos);
  CHECK(error_with({{"address_map", "rorabgbacoxx"}}).find("unknown field 'xx'") != std::string::npos);
  CHECK(error_with({{"address_map", "rorabgbacoc"}}).find("unknown field 'c'") != std::string::npos);
  CHECK(error_with({{"columns", "4"}}).find("at least burst_beats = 8") != std::string::npos);
  CHECK(error_with({{"ranks", "8"}}).find("128 banks, legal: up to 64") != std::string::npos);
  CHECK(error_with({{"rows", "3"}}).find("legal: an integer") != std::string::npos);
  CHECK(error_with({{"timing.trdc", "3"}}).find("unknown key") != std::string::npos);
}

TEST_CASE("a key beside a preset brings those with it that hold for the preset's value alone") {
  const auto refused = [](const std::vector<Override>& keys, const std::string& text) {
    INFO(keys[0].path);
    CHECK(error_with(keys).find(text) != std::string::npos);
  };
  refused({{"clock_mhz", "800"}},
          "clock_mhz: got '800', and the preset's timings are cycles of its own clock, "
          "legal: the preset's value, or timing.cl, timing.cwl, timing.trcd_rd");
  refused({{"burst_beats", "16"}}, "legal: the preset's value, or burst_cycles beside it");
  refused({{"rows", "131072"}},
          "and tRFC goes by the size of a device, legal: the preset's value, or timing.trfc");
  refused({{"columns", "2048"}}, "or timing.trfc beside it");
  refused({{"banks", "8"}}, "or timing.trfc beside it");
  refused({{"bank_groups", "2"}}, "or timing.trfc beside it");
  refused({{"address_map", "reference"}, {"reference_map", "ro"}}, "missing");
  CHECK_NOTHROW(load_dram("ddr4_3200", {{"rows", "131072"}, {"timing.trfc", "880"}}));
  CHECK_NOTHROW(load_dram("ddr4_3200", {{"rows", "131072"}, {"controller.refresh", "none"}}));
  CHECK_NOTHROW(load_dram("ddr4_3200", {{"rows", "131072"}, {"columns", "512"}}));
  CHECK_NOTHROW(load_dram("ddr4_3200", {{"burst_beats", "16"}, {"burst_cycles", "8"}}));
  CHECK_NOTHROW(load_dram("ddr4_3200", {{"clock_mhz", "1600"}}));
  CHECK_NOTHROW(load_dram("ddr4_3200", {{"channels", "2"}, {"ranks", "2"}, {"bus_bits", "128"}}));
}

TEST_CASE("single banks are refreshed only where it is known for how long and how often") {
  const std::string legal = "per_rank, none, or per_bank with timing.trfc_pb and timing.trefi_pb";
  CHECK(error_with({{"controller.refresh", "per_bank"}}) ==
        "controller.refresh: got 'per_bank', legal: " + legal);
  CHECK(error_with({{"controller.refresh", "per_bank"}, {"timing.trfc_pb", "224"}}).find(legal) !=
        std::string::npos);
  CHECK_NOTHROW(
      load_dram("ddr4_3200",
                {{"controller.refresh", "per_bank"}, {"timing.trfc_pb", "224"}, {"timing.trefi_pb", "780"}}));
  CHECK_NOTHROW(load_dram("hbm2", {{"controller.refresh", "per_bank"}}));
  CHECK(error_of("--set: error: ", [] {
          load_dram("hbm2", {{"controller.refresh", "per_bank"}, {"banks", "2"}, {"timing.trfc_pb", "160"}});
        }).find("or timing.trefi_pb beside it") != std::string::npos);
}

TEST_CASE("what follows from a DRAM's keys follows from them") {
  const DramParams dram = load_dram("lpddr4_3200", {{"channels", "2"}, {"address_map", "reference"}});
  CHECK(dram.kind == DramKind::banked);
  CHECK(dram.capacity == uint64_t{4} << 30);
  CHECK(dram.burst_bytes == 64);
  CHECK(dram.bandwidth_num == 128 * dram.bandwidth_den / 5);
  CHECK(dram.banked.address_map == "rochrababgco");
}

}  // namespace systole
