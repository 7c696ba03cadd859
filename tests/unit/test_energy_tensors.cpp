// Whose energy it is: every tensor with counts of its own, so that no two can be taken for each other.
#include <catch2/catch.hpp>

#include "sim/energy/price.h"

namespace systole {
namespace {

using Counts = std::array<uint64_t, kTensorCount>;

// Bursts of 64 bytes by tensor, in the order of `Tensor`. 64 are loaded and 64 stored: shares are exact. No
// two are alike, nor are any two sums: 25, 5, 7, 11, 15, 20, 45.
constexpr Counts kLoaded = {1, 2, 3, 5, 7, 11, 35};
constexpr Counts kStored = {24, 3, 4, 6, 8, 9, 10};

Counts bytes_of(const Counts& bursts) {
  Counts bytes{};
  for (int t = 0; t < kTensorCount; ++t) bytes[t] = 64 * bursts[t];
  return bytes;
}

/// Nothing is free but what is left out, and no SRAM is: prices 0 stand for a table without them.
EnergyBreakdown priced(const MachineStats& counts, const DramPrices& dram) {
  EnergyTable table;
  table.sram = {{8, 3}, {16, 5}, {32, 7}};
  table.dram_64b = 2;
  return price(counts, table, ProductFormats{}, {8, 16, 32}, dram);
}

MachineStats moved() {
  MachineStats counts;
  counts.load.bus_bytes = bytes_of(kLoaded);
  counts.store.bus_bytes = bytes_of(kStored);
  return counts;
}

double cell(const EnergyBreakdown& energy, Component component, int purpose) {
  return energy.cells[static_cast<int>(component)][purpose];
}

}  // namespace

// A burst is 8 words of 64 bits: 16 at 2 a word; at a quarter a bit, 128.
TEST_CASE("DRAM by bytes: each tensor pays for its own loads and stores", "[energy]") {
  DramPrices by_bits;
  by_bits.by_bits = true;
  by_bits.bit = 0.25;
  const EnergyBreakdown flat = priced(moved(), {}), bits = priced(moved(), by_bits);
  for (int t = 0; t < kTensorCount; ++t) {
    INFO(kTensorNames[t]);
    const double bursts = static_cast<double>(kLoaded[t] + kStored[t]);
    CHECK(cell(flat, Component::dram, t) == 16 * bursts);
    CHECK(cell(bits, Component::dram, t) == 128 * bursts);
    CHECK(flat.by_purpose()[t] == 16 * bursts);
  }
  CHECK(flat.total() == 16 * 128);
  CHECK(bits.total() == 128 * 128);
}

// 64 reads at 3, 64 writes at 5, 32 activates at 8 shared out over 128 bursts: 2 a burst.
TEST_CASE("DRAM by currents: reads, writes and activates fall on whose bytes they move", "[energy]") {
  MachineStats counts = moved();
  counts.dram.total.reads = 64, counts.dram.total.writes = 64, counts.dram.total.activates = 32;
  counts.dram.total.refreshes = 10;
  counts.dram.total.active_rank_cycles = 100, counts.dram.total.idle_rank_cycles = 1000;
  DramPrices dram;
  dram.by_currents = true;
  dram.read = 3, dram.write = 5, dram.activate = 8, dram.refresh = 7, dram.active_cycle = 2,
  dram.idle_cycle = 1;
  const EnergyBreakdown energy = priced(counts, dram);
  for (int t = 0; t < kTensorCount; ++t) {
    INFO(kTensorNames[t]);
    const double loaded = static_cast<double>(kLoaded[t]), stored = static_cast<double>(kStored[t]);
    CHECK(cell(energy, Component::dram_read, t) == 3 * loaded);
    CHECK(cell(energy, Component::dram_write, t) == 5 * stored);
    CHECK(cell(energy, Component::dram_activate, t) == 2 * (loaded + stored));
    CHECK(cell(energy, Component::dram, t) == 0);
  }
  CHECK(cell(energy, Component::dram_refresh, kStaticPurpose) == 70);
  CHECK(cell(energy, Component::dram_background, kStaticPurpose) == 100 * 2 + 1000);
  CHECK(energy.total() == 192 + 320 + 256 + 70 + 1200);
}

TEST_CASE("DRAM by currents: what no byte asked for passes with time", "[energy]") {
  MachineStats counts;
  counts.store.bus_bytes[static_cast<int>(Tensor::psum)] = 64;
  counts.dram.total.reads = 2, counts.dram.total.writes = 1;
  DramPrices dram;
  dram.by_currents = true;
  dram.read = 3, dram.write = 5;
  const EnergyBreakdown energy = priced(counts, dram);
  CHECK(cell(energy, Component::dram_read, kStaticPurpose) == 6);
  CHECK(cell(energy, Component::dram_write, static_cast<int>(Tensor::psum)) == 5);
  CHECK(cell(energy, Component::dram_write, kStaticPurpose) == 0);
}

// Reads and writes cost alike; 3, 5 and 7 in the three buffers.
TEST_CASE("SRAM: each tensor pays for its own words in each buffer", "[energy]") {
  MachineStats counts;
  for (int b = 0; b < kBufferCount; ++b) {
    for (int t = 0; t < kTensorCount; ++t) {
      counts.buffers[b].reads_by_tensor[t] = kLoaded[(t + b) % kTensorCount];
      counts.buffers[b].writes_by_tensor[t] = kStored[(t + b) % kTensorCount];
    }
  }
  const EnergyBreakdown energy = priced(counts, {});
  constexpr std::array<Component, kBufferCount> kBuffers = {Component::sram_input, Component::sram_weight,
                                                            Component::sram_output};
  constexpr std::array<double, kBufferCount> kPrices = {3, 5, 7};
  for (int b = 0; b < kBufferCount; ++b) {
    for (int t = 0; t < kTensorCount; ++t) {
      INFO(b << " " << kTensorNames[t]);
      const int from = (t + b) % kTensorCount;
      CHECK(cell(energy, kBuffers[b], t) == kPrices[b] * static_cast<double>(kLoaded[from] + kStored[from]));
    }
  }
  CHECK(energy.total() == 128 * (3 + 5 + 7));
}

}  // namespace systole
