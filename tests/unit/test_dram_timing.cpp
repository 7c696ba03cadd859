#include "dram_probe.h"

namespace systole {
namespace {

constexpr auto kAct = DramCommand::activate, kPre = DramCommand::precharge, kRd = DramCommand::read,
               kWr = DramCommand::write, kRef = DramCommand::refresh;

struct Pair {
  const char* rule;
  DramCommand first;
  uint32_t first_bank;
  DramCommand second;
  uint32_t second_bank;
  uint32_t apart;
};

const DramTimings t = DramProbe::timings();
constexpr uint32_t kBurst = 4;
using P = DramProbe;

const std::vector<Pair> kPairs = {
    {"tRCD, read", kAct, P::same, kRd, P::same, t.trcd_rd},
    {"tRCD, write", kAct, P::same, kWr, P::same, t.trcd_wr},
    {"tRAS", kAct, P::same, kPre, P::same, t.tras},
    {"tRC", kAct, P::same, kAct, P::same, t.tras + t.trp},
    {"tRP", kPre, P::same, kAct, P::same, t.trp},
    {"tRP before a refresh", kPre, P::same, kRef, P::same, t.trp},
    {"tPPD", kPre, P::same, kPre, P::other_group, t.tppd},
    {"tPPD ends at the rank", kPre, P::same, kPre, P::other_rank, 0},
    {"tRRD_L", kAct, P::same, kAct, P::same_group, t.trrd_l},
    {"tRRD_S", kAct, P::same, kAct, P::other_group, t.trrd_s},
    {"tRRD ends at the rank", kAct, P::same, kAct, P::other_rank, 0},
    {"tCCD_L of reads", kRd, P::same, kRd, P::same_group, t.tccd_l},
    {"tCCD_S of reads", kRd, P::same, kRd, P::other_group, t.tccd_s},
    {"tRTRS of reads", kRd, P::same, kRd, P::other_rank, kBurst + t.trtrs},
    {"tCCD_L of writes", kWr, P::same, kWr, P::same_group, t.tccd_l},
    {"tCCD_S of writes", kWr, P::same, kWr, P::other_group, t.tccd_s},
    {"writes of two ranks", kWr, P::same, kWr, P::other_rank, kBurst},
    {"read to write", kRd, P::same, kWr, P::same, t.cl + kBurst + t.trtrs - t.cwl},
    {"read to write of another rank", kRd, P::same, kWr, P::other_rank, t.cl + kBurst + t.trtrs - t.cwl},
    {"tWTR_L", kWr, P::same, kRd, P::same_group, t.cwl + kBurst + t.twtr_l},
    {"tWTR_S", kWr, P::same, kRd, P::other_group, t.cwl + kBurst + t.twtr_s},
    {"write to read of another rank", kWr, P::same, kRd, P::other_rank, t.cwl + kBurst + t.trtrs - t.cl},
    {"tRTP", kRd, P::same, kPre, P::same, t.trtp},
    {"tWR", kWr, P::same, kPre, P::same, t.cwl + kBurst + t.twr},
    {"tRFC", kRef, P::same, kAct, P::same, t.trfc},
    {"tRFC before the next refresh", kRef, P::same, kRef, P::same, t.trfc},
};

}  // namespace

TEST_CASE("each timing rule refuses a command a cycle early and takes it on time") {
  for (const Pair& pair : kPairs) {
    INFO(pair.rule);
    BankTiming timing(DramProbe::geometry(), t);
    constexpr Cycle kFirst = 1000;
    REQUIRE(timing.earliest(pair.first, pair.first_bank) <= kFirst);
    timing.issue(pair.first, pair.first_bank, kFirst);
    const Cycle legal = timing.earliest(pair.second, pair.second_bank);
    if (pair.apart == 0) {
      CHECK(legal <= kFirst);
    } else {
      CHECK_FALSE(kFirst + pair.apart - 1 >= legal);
      CHECK(kFirst + pair.apart >= legal);
    }
  }
}

TEST_CASE("the fifth activate of a rank waits for tFAW, and no other rank's does") {
  DramGeometry geometry = DramProbe::geometry();
  geometry.banks = 4;
  BankTiming timing(geometry, t);
  for (uint32_t i = 0; i < 4; ++i) timing.issue(kAct, i % 2 * 4 + i / 2, 100 + 10 * i);
  CHECK(timing.earliest(kAct, 2) == 100 + t.tfaw);
  CHECK(timing.earliest(kAct, 8) <= 130);
  timing.issue(kAct, 2, 100 + t.tfaw);
  CHECK(timing.earliest(kAct, 6) == 110 + t.tfaw);
  timing.issue(kAct, 6, 110 + t.tfaw);
  CHECK(timing.earliest(kAct, 3) == 120 + t.tfaw);
}

TEST_CASE("a column command with precharge closes its bank by itself") {
  BankTiming timing(DramProbe::geometry(), t);
  timing.issue(kAct, 0, 100);
  timing.issue(kRd, 0, 200);
  timing.auto_precharge(0);
  CHECK(timing.earliest(kAct, 0) == 200 + t.trtp + t.trp);
  CHECK(timing.earliest(kRef, 0) == 200 + t.trtp + t.trp);
  timing.issue(kAct, 1, 300);
  timing.issue(kWr, 1, 300 + t.trcd_wr);
  timing.auto_precharge(1);
  CHECK(timing.earliest(kAct, 1) == 300 + t.trcd_wr + t.cwl + kBurst + t.twr + t.trp);
}

TEST_CASE("a single bank's refresh leaves the others alone") {
  BankTiming timing(DramProbe::geometry(), t);
  timing.issue(kPre, 0, 100);
  CHECK(timing.earliest(kRef, 0) == 100 + t.trp);
  timing.refresh(0, 100 + t.trp, *t.trfc_pb);
  CHECK(timing.earliest(kAct, 0) == 100 + t.trp + *t.trfc_pb);
  CHECK(timing.earliest(kRef, 0) == 100 + t.trp + *t.trfc_pb);
  CHECK(timing.earliest(kAct, 1) <= 100);
}

}  // namespace systole
