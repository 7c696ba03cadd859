#pragma once
// What the machine counts. Modules count actions and know no picojoule; sim/energy prices a snapshot of
// these.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/isa.h"
#include "models/memory/dram/banked/channel_stats.h"
#include "models/stat_table.h"

namespace systole {

/// Integer arithmetic of address generation.
struct IndexStats {
  uint64_t divmods = 0, multiplies = 0, adds = 0;
};
template <>
struct StatTable<IndexStats> {
  static constexpr Stat<IndexStats> lines[] = {
      {"divmods", "operations", "quotient and remainder of integers", &IndexStats::divmods},
      {"multiplies", "operations", "of integers", &IndexStats::multiplies},
      {"adds", "operations", "of integers", &IndexStats::adds}};
};
static_assert(counted_bytes<IndexStats>() == sizeof(IndexStats));

struct ArrayStats {
  ActivityCycles cycles{};
  uint64_t macs = 0;  ///< executed, convolution padding zeros included, fold and MMA fill excluded
  uint64_t multiplies = 0, adds = 0;
  IndexStats index;
  uint64_t accumulator_accesses = 0, zero_point_adds = 0;
  /// What all multipliers could have done in the waves that entered, and what they lacked for it.
  uint64_t slots = 0, mma_padding = 0, fold_edges = 0, unmapped = 0;
  uint64_t folds = 0, fold_cycles = 0, hazard_cycles = 0;
  TensorCounts operand_reads{}, operand_writes{}, operand_hops{};
  uint64_t sum_reads = 0, sum_writes = 0, sum_hops = 0;
};
template <>
struct StatTable<ArrayStats> {
  using S = ArrayStats;
  static constexpr Stat<S> lines[] = {
      {"cycles", kCycles, "of the PE array by what it did", &S::cycles},
      Stat<S>{"macs", "", "multiply-accumulates executed", &S::macs}.hidden(),  // results have the layer's
      {"multiplies", "operations", "of the PEs; as many as MACs executed", &S::multiplies},
      {"adds", "operations", "inside steps, in accumulators and of merged partial sums", &S::adds},
      {"accumulator_accesses", "4-byte words", "read from and written to the column accumulators",
       &S::accumulator_accesses},
      {"zero_point_adds", "operations", "zero points taken off the operands that enter the array",
       &S::zero_point_adds},
      {"slots", "MACs", "of all PEs in all waves: those executed, and the three losses", &S::slots},
      {"mma_padding", "MACs", "lost in PEs with work, to blocks of m, n and k that the operands do not fill",
       &S::mma_padding},
      {"fold_edges", "MACs", "lost in PEs that other folds of the MatMul use", &S::fold_edges},
      {"unmapped", "MACs", "lost in PEs that no fold of the MatMul uses", &S::unmapped},
      {"folds", "folds", "of the array, those that go on with sums in the PEs as one", &S::folds},
      {"fold_cycles", kCycles, "of all folds, each from its first step to its last sum, stalls apart",
       &S::fold_cycles},
      {"hazard_cycles", kCycles, "in which the units may not take a step: sums, or the unit, are not ready",
       &S::hazard_cycles},
      {"operand_reads", "bits", "read from the PEs' operand registers, by tensor", &S::operand_reads},
      {"operand_writes", "bits", "written to the PEs' operand registers, by tensor", &S::operand_writes},
      {"operand_hops", "bits", "of operands handed from PE to PE, by tensor", &S::operand_hops},
      {"sum_reads", "4-byte words", "read from the PEs' accumulators", &S::sum_reads},
      {"sum_writes", "4-byte words", "written to the PEs' accumulators", &S::sum_writes},
      {"sum_hops", "4-byte words", "of sums handed from PE to PE", &S::sum_hops}};
};
static_assert(counted_bytes<ArrayStats>() + sizeof(IndexStats) == sizeof(ArrayStats));

struct BufferStats {
  uint64_t reads = 0, writes = 0;
  uint64_t elements_read = 0, elements_written = 0;
  uint64_t conflict_cycles = 0;
  TensorCounts reads_by_tensor{}, writes_by_tensor{};
};
template <>
struct StatTable<BufferStats> {
  using S = BufferStats;
  static constexpr Stat<S> lines[] = {
      {"reads", "64-bit words", "read; an access counts the bank's whole width", &S::reads},
      {"writes", "64-bit words", "written; an access counts the bank's whole width", &S::writes},
      {"elements_read", "elements", "of use in the words read", &S::elements_read},
      {"elements_written", "elements", "of use in the words written", &S::elements_written},
      {"conflict_cycles", kCycles, "that some unit lost to busy banks", &S::conflict_cycles},
      Stat<S>{"reads_by_tensor", "64-bit words", "read, by tensor", &S::reads_by_tensor}.sums_to(&S::reads),
      Stat<S>{"writes_by_tensor", "64-bit words", "written, by tensor", &S::writes_by_tensor}.sums_to(
          &S::writes)};
};
static_assert(counted_bytes<BufferStats>() == sizeof(BufferStats));

struct DmaStats {
  ActivityCycles cycles{};
  TensorCounts bytes{}, bus_bytes{};
  uint64_t bursts = 0;
  uint64_t on_chip_bytes = 0;
};
/// Results have the traffic with DRAM under `dram`.
template <>
struct StatTable<DmaStats> {
  using S = DmaStats;
  static constexpr Stat<S> lines[] = {
      {"cycles", kCycles, "of the engine by what it did", &S::cycles},
      Stat<S>{"bytes", "bytes", "asked of, or given to, DRAM", &S::bytes}.hidden(),
      Stat<S>{"bus_bytes", "bytes", "of whole bursts", &S::bus_bytes}.hidden(),
      Stat<S>{"bursts", "bursts", "asked for", &S::bursts}.hidden(),
      Stat<S>{"on_chip_bytes", "bytes", "moved from buffer to buffer", &S::on_chip_bytes}.hidden()};
};
static_assert(counted_bytes<DmaStats>() == sizeof(DmaStats));

struct DramStats {
  uint64_t read_bytes = 0, write_bytes = 0, bus_bytes = 0;
  std::vector<ChannelStats> channels;  ///< of models with banks, in cycles of the memory's clock
  ChannelStats total;                  ///< of all channels
};
/// Of the memory as a whole; results have what was of use by tensor, as the DMA engines count it.
template <>
struct StatTable<DramStats> {
  using S = DramStats;
  static constexpr Stat<S> lines[] = {
      Stat<S>{"read_bytes", "bytes", "of use, as served", &S::read_bytes}.hidden(),
      Stat<S>{"write_bytes", "bytes", "of use, as served", &S::write_bytes}.hidden(),
      {"bus_bytes", "bytes", "of whole bursts on the bus", &S::bus_bytes}};
};
static_assert(counted_bytes<DramStats>() + sizeof(std::vector<ChannelStats>) + sizeof(ChannelStats) ==
              sizeof(DramStats));

template <>
struct StatTable<LaneCounts> {
  using S = LaneCounts;
  static constexpr Stat<S> lines[] = {
      {"multiplies", "operations", "of the lanes", &S::multiplies},
      {"adds", "operations", "of the lanes", &S::adds},
      {"shifts", "operations", "scalings by a power of two", &S::shifts},
      {"special", "operations", "reciprocals, reciprocal roots, powers, logarithms, table lookups",
       &S::special},
      {"other", "operations",
       "comparing, selecting, clamping, rounding, changing a sign, exact division of integers", &S::other}};
};
static_assert(counted_bytes<LaneCounts>() == sizeof(LaneCounts));

struct VectorStats {
  ActivityCycles cycles{};
  LaneCounts fp32, int32;  ///< by what lanes hold
};
template <>
struct StatTable<VectorStats> {
  static constexpr Stat<VectorStats> lines[] = {
      {"cycles", kCycles, "of the vector unit by what it did", &VectorStats::cycles}};
};
static_assert(counted_bytes<VectorStats>() + 2 * sizeof(LaneCounts) == sizeof(VectorStats));

struct MachineStats {
  uint64_t cycles = 0;
  std::vector<uint64_t> barriers;  ///< the cycle each barrier of the program was passed in, ascending
  ArrayStats array;
  std::array<BufferStats, kBufferCount> buffers;
  DmaStats load, store;
  DramStats dram;
  VectorStats vector;
};
template <>
struct StatTable<MachineStats> {
  static constexpr Stat<MachineStats> lines[] = {
      {"cycles", kCycles, "of the core's clock, from reset to the last byte drained", &MachineStats::cycles}};
};

/// Calls `visit(path, stats)` with the counters of every module of the machine but DRAM's channels, which it
/// need not have.
template <class Machine, class Visit>
void for_each_module(Machine& machine, const Visit& visit) {
  visit("pe_array", machine.array);
  visit("pe_array.index", machine.array.index);
  for (int b = 0; b < kBufferCount; ++b) visit(std::string("sram.") + kSpaceNames[b], machine.buffers[b]);
  visit("dma.load", machine.load);
  visit("dma.store", machine.store);
  visit("dram", machine.dram);
  visit("vector_unit", machine.vector);
  visit("vector_unit.fp32", machine.vector.fp32);
  visit("vector_unit.int32", machine.vector.int32);
}
static_assert(sizeof(MachineStats) == counted_bytes<MachineStats>() + sizeof(std::vector<uint64_t>) +
                                          sizeof(ArrayStats) + kBufferCount * sizeof(BufferStats) +
                                          2 * sizeof(DmaStats) + sizeof(DramStats) + sizeof(VectorStats));

}  // namespace systole
