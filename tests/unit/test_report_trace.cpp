// What a trace is made of: bins that add up, a bound that order cannot move, residents of a buffer.
#include <catch2/catch.hpp>
#include <numeric>
#include <random>

#include "sim/report/trace/bins.h"
#include "sim/report/trace/bounded_events.h"
#include "sim/report/trace/left_out.h"
#include "sim/report/trace/meters.h"
#include "sim/report/trace/occupancy.h"

namespace systole::test {
namespace {

uint64_t sum_of(const Bins& bins) {
  uint64_t sum = 0;
  for (std::size_t i = 0; i < Bins::kMostBins; ++i) sum += bins.at(i);
  return sum;
}

struct Numbered {
  Cycle at;
  int number;
};

}  // namespace

TEST_CASE("trace: bins begin a cycle wide and double") {
  Bins bins(0, kNever);
  bins.add(3, 5, 7);
  CHECK(bins.at(2) == 0);
  CHECK(bins.at(3) == 7);
  CHECK(bins.at(4) == 7);
  bins.add(Bins::kMostBins, Bins::kMostBins + 1, 1);  // the first cycle that needs bins of two
  CHECK(bins.at(1) == 7);
  CHECK(bins.at(2) == 7);
  CHECK(bins.at(Bins::kMostBins / 2) == 1);
  CHECK(bins.total() == 15);
  CHECK(Bins::width_for(0, Bins::kMostBins) == 1);
  CHECK(Bins::width_for(0, Bins::kMostBins + 1) == 2);
  CHECK(Bins::width_for(100, 100) == 1);
}

TEST_CASE("trace: what is spread adds up, at any width") {
  std::mt19937 random(1);
  Bins bins(0, kNever);
  uint64_t expected = 0;
  for (int i = 0; i < 500; ++i) {
    const Cycle from = random() % 100000;
    const uint64_t amount = random() % 1000000;
    bins.spread(from, from + 1 + random() % 5000, amount);
    expected += amount;
  }
  CHECK(sum_of(bins) == expected);
  CHECK(bins.total() == expected);
}

TEST_CASE("trace: bins hold what falls into their window, and know of the rest") {
  Bins bins(10, 20);
  bins.add(0, 12, 1);
  bins.add(18, 30, 1);
  bins.spread(0, 40, 40);
  CHECK(bins.at(0) == 2);
  CHECK(bins.at(5) == 1);
  CHECK(bins.at(9) == 2);
  CHECK(sum_of(bins) == 2 + 2 + 10);
  CHECK(bins.total() == 12 + 12 + 40);
}

TEST_CASE("trace: the order of events does not move the end of what is kept") {
  std::vector<Numbered> events;
  std::mt19937 random(2);
  for (int i = 0; i < 5000; ++i) events.push_back({random() % 1000, i});
  std::vector<Cycle> limits;
  for (int order = 0; order < 5; ++order) {
    BoundedEvents<Numbered> kept(300);
    for (const Numbered& event : events) kept.add(event);
    std::vector<Numbered>& list = kept.finish();
    limits.push_back(kept.limit());
    CHECK(list.size() <= 300);
    CHECK(std::is_sorted(list.begin(), list.end(), [](auto& a, auto& b) { return a.at < b.at; }));
    const auto before = [&](const Numbered& event) { return event.at < kept.limit(); };
    CHECK(list.size() == static_cast<std::size_t>(std::count_if(events.begin(), events.end(), before)));
    std::shuffle(events.begin(), events.end(), random);
  }
  CHECK(std::count(limits.begin(), limits.end(), limits.front()) == 5);
  BoundedEvents<Numbered> all(5000);
  for (const Numbered& event : events) all.add(event);
  CHECK(all.finish().size() == 5000);
  CHECK(all.limit() == kNever);
}

TEST_CASE("trace: layers share what a trace may hold, and no layer takes what it does not need") {
  CHECK(fair_share({}, 100) == 100);
  CHECK(fair_share({10, 90}, 100) == 90);
  CHECK(fair_share({50, 10, 60}, 100) == 45);  // 10 leave 90 for two
  CHECK(fair_share({100, 100, 100}, 100) == 33);
  CHECK(fair_share({1, 1000}, 500) == 499);
}

TEST_CASE("trace: a tile stays in its buffer until its last reader is done") {
  Bins bytes(0, kNever);
  Occupancy buffer(bytes);
  const Area tile{Space::input, 0, 64, 64, 64}, halo{Space::input, 64, 80, 16, 16},
      rest{Space::input, 72, 128, 48, 48}, next{Space::input, 64, 128, 64, 64};
  buffer.begin_write(tile, 10);  // 64 bytes from 10
  buffer.end(tile, 20);
  buffer.begin_write(halo, 20);  // 16 more from 20, copied out of the first
  buffer.begin_read(tile, 20);
  buffer.end(halo, 22);
  buffer.begin_write(rest, 22);  // the rest of the same tile: 48 more from 22
  buffer.end(rest, 30);
  buffer.begin_read(tile, 21);
  buffer.end(tile, 25);  // the first tile is of no use from 25 on
  buffer.begin_write(tile, 40);
  buffer.end(tile, 41);  // its successor is never read: 64 bytes in cycle 40
  buffer.begin_read(next, 30);
  buffer.end(next, 35);
  buffer.finish();
  const std::vector<std::pair<Cycle, uint64_t>> expected = {
      {9, 0}, {10, 64}, {20, 80}, {22, 128}, {24, 128}, {25, 64}, {34, 64}, {35, 0}, {40, 64}, {41, 0}};
  for (const auto& [cycle, amount] : expected) {
    INFO("cycle " << cycle);
    CHECK(bytes.at(cycle) == amount);
  }
}

TEST_CASE("trace: sums added to in place take no more room") {
  Bins bytes(0, kNever);
  Occupancy buffer(bytes);
  const Area sums{Space::output, 0, 100, 64, 64};
  for (Cycle now : {0, 10, 20}) {
    buffer.begin_write(sums, now);
    buffer.end(sums, now + 10);
  }
  buffer.begin_read(sums, 30);
  buffer.end(sums, 33);
  buffer.finish();
  CHECK(bytes.at(0) == 64);
  CHECK(bytes.at(32) == 64);
  CHECK(bytes.at(33) == 0);
}

TEST_CASE("trace: energy over time sums to the snapshot's, each component with its cause") {
  Meters meters(0, 8);
  meters[Meter::macs].spread(0, 4, 40);
  meters[Meter::dram_read].add(2, 3, 64);
  meters[Meter::time].add(0, 16, 1);  // half of the layer lies behind the window
  EnergyBreakdown energy;
  energy.at(Component::array, kComputePurpose) = 80;
  energy.at(Component::dram, 0) = 10;
  energy.at(Component::leakage, kStaticPurpose) = 16;
  energy.at(Component::sram_input, 0) = 32;  // no access was seen: it passes with time
  const std::vector<double> spent = energy_over_time(meters, energy, 8);
  CHECK(spent[0] == Approx(20 + 1 + 2));
  CHECK(spent[2] == Approx(20 + 10 + 1 + 2));
  CHECK(spent[7] == Approx(3));
  CHECK(std::accumulate(spent.begin(), spent.end(), 0.0) == Approx(80 + 10 + 8 + 16));
}

}  // namespace systole::test
