// What the channels of a memory count adds up, counter by counter.
#include <catch2/catch.hpp>

#include "models/memory/dram/banked/channel_stats.h"

namespace systole {
namespace {

/// Every counter another number, times `scale`.
ChannelStats counted(uint64_t scale, size_t banks) {
  ChannelStats s;
  uint64_t next = 1;
  for (uint64_t* counter :
       {&s.reads, &s.writes, &s.forwarded, &s.merged, &s.activates, &s.precharges, &s.refreshes,
        &s.turnarounds, &s.last_data, &s.queued_read_cycles, &s.queued_write_cycles, &s.active_rank_cycles,
        &s.idle_rank_cycles, &s.bus.data, &s.bus.no_request, &s.bus.timing, &s.bus.refresh}) {
    *counter = scale * next++;
  }
  for (size_t b = 0; b < banks; ++b) s.banks.push_back({scale * 30, scale * 31, scale * 32, scale * 33});
  s.read_latency.add(scale * 7);
  return s;
}

}  // namespace

TEST_CASE("counters of channels add up one by one, but for the time of the last data", "[dram]") {
  ChannelStats sum = counted(10, 1);
  sum.add(counted(100, 2));
  const ChannelStats expected = counted(110, 0);
  CHECK(sum.reads == expected.reads);
  CHECK(sum.writes == expected.writes);
  CHECK(sum.forwarded == expected.forwarded);
  CHECK(sum.merged == expected.merged);
  CHECK(sum.activates == expected.activates);
  CHECK(sum.precharges == expected.precharges);
  CHECK(sum.refreshes == expected.refreshes);
  CHECK(sum.turnarounds == expected.turnarounds);
  CHECK(sum.last_data == counted(100, 0).last_data);
  CHECK(sum.queued_read_cycles == expected.queued_read_cycles);
  CHECK(sum.queued_write_cycles == expected.queued_write_cycles);
  CHECK(sum.active_rank_cycles == expected.active_rank_cycles);
  CHECK(sum.idle_rank_cycles == expected.idle_rank_cycles);
  CHECK(sum.bus.data == expected.bus.data);
  CHECK(sum.bus.no_request == expected.bus.no_request);
  CHECK(sum.bus.timing == expected.bus.timing);
  CHECK(sum.bus.refresh == expected.bus.refresh);
  CHECK(sum.read_latency.count() == 2);
  CHECK(sum.read_latency.max() == 700);
  CHECK(sum.hits() == 30 * 210);
  CHECK(sum.misses() == 31 * 210);
  CHECK(sum.conflicts() == 32 * 210);
  REQUIRE(sum.banks.size() == 2);
  CHECK(sum.banks[0].activates == 33 * 110);
  CHECK(sum.banks[1].activates == 33 * 100);
}

}  // namespace systole
