#pragma once
#include <catch2/catch.hpp>
#include <vector>

#include "models/memory/dram/banked/bank_timing.h"

namespace systole {

/// Two ranks of two groups of two banks, and timings that are all different, so that no rule hides another.
struct DramProbe {
  static DramGeometry geometry() {
    DramGeometry g;
    g.ranks = 2, g.bank_groups = 2, g.banks = 2;
    g.burst_cycles = 4;
    return g;
  }
  static DramTimings timings() {
    DramTimings t;
    t.cl = 14, t.cwl = 15;
    t.trcd_rd = 23, t.trcd_wr = 19, t.trp = 17, t.tras = 53;
    t.tccd_s = 5, t.tccd_l = 9, t.trrd_s = 6, t.trrd_l = 11, t.tfaw = 45;
    t.twr = 25, t.twtr_s = 3, t.twtr_l = 13, t.trtp = 12, t.trtrs = 2, t.tppd = 4;
    t.trfc = 301, t.trfc_pb = 101;
    return t;
  }
  /// Banks by their relation to bank 0.
  enum Bank : uint32_t { same = 0, same_group = 1, other_group = 2, other_rank = 4 };
};

}  // namespace systole
