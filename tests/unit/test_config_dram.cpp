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

TEST_CASE("what follows from a DRAM's keys follows from them") {
  const DramParams dram = load_dram("lpddr4_3200", {{"channels", "2"}, {"address_map", "reference"}});
  CHECK(dram.kind == DramKind::banked);
  CHECK(dram.capacity == uint64_t{4} << 30);
  CHECK(dram.burst_bytes == 64);
  CHECK(dram.bandwidth_num == 128 * dram.bandwidth_den / 5);
  CHECK(dram.banked.address_map == "rochrababgco");
}

}  // namespace systole
