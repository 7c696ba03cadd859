#pragma once
// What the machine counts. Modules count actions and know no picojoule; sim/energy prices a snapshot of
// these.
#include <array>
#include <cstdint>
#include <vector>

#include "models/isa.h"
#include "models/memory/dram/banked/channel_stats.h"

namespace systole {

/// Each cycle of a clocked module has exactly one of these names.
enum class Activity : uint8_t { busy, fill_drain, wait_input, wait_output, idle };
inline constexpr int kActivityCount = 5;
inline constexpr std::array<const char*, kActivityCount> kActivityNames = {"busy", "fill_drain", "wait_input",
                                                                           "wait_output", "idle"};
using ActivityCycles = std::array<uint64_t, kActivityCount>;

struct ArrayStats {
  ActivityCycles cycles{};
  uint64_t macs = 0;        ///< executed, convolution padding zeros included, fold and MMA fill excluded
  uint64_t multiplies = 0;  ///< equals macs
  uint64_t adds = 0;        ///< inside steps, in accumulators and of merged partial sums
  uint64_t index_divmods = 0, index_multiplies = 0, index_adds = 0;
  uint64_t accumulator_accesses = 0;  ///< 4-byte reads and writes of the column accumulators
};

struct BufferStats {
  uint64_t reads = 0, writes = 0;                    ///< 64-bit words; an access counts the whole width
  uint64_t elements_read = 0, elements_written = 0;  ///< what was of use in them
  uint64_t conflict_cycles = 0;                      ///< cycles some unit lost to a busy bank
  std::array<uint64_t, kTensorCount> reads_by_tensor{},
      writes_by_tensor{};  ///< 64-bit words; sum to the above
};

struct DmaStats {
  ActivityCycles cycles{};
  std::array<uint64_t, kTensorCount> bytes{};      ///< asked of (or given to) DRAM
  std::array<uint64_t, kTensorCount> bus_bytes{};  ///< whole bursts
  uint64_t bursts = 0;
  uint64_t on_chip_bytes = 0;  ///< buffer to buffer
};

struct DramStats {
  uint64_t read_bytes = 0, write_bytes = 0;  ///< of use, as served
  uint64_t bus_bytes = 0;                    ///< whole bursts asked for
  std::vector<ChannelStats> channels;        ///< of models with banks, in cycles of the memory's clock
  ChannelStats total;                        ///< of all channels
};

struct VectorStats {
  ActivityCycles cycles{};
  uint64_t multiplies = 0, adds = 0, shifts = 0, other = 0;
};

struct MachineStats {
  uint64_t cycles = 0;             ///< core cycles, to the last byte drained
  std::vector<uint64_t> barriers;  ///< the cycle each barrier of the program was passed in, ascending
  ArrayStats array;
  std::array<BufferStats, kBufferCount> buffers;
  DmaStats load, store;
  DramStats dram;
  VectorStats vector;
};

}  // namespace systole
