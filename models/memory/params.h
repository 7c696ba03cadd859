#pragma once
#include <cstdint>

#include "models/memory/dram/banked/params.h"

namespace systole {

/// One SRAM buffer: `slots` regions of `banks` single-word banks each, words interleaved over a region's
/// banks.
struct BufferParams {
  uint64_t size = 128 * 1024;  ///< bytes, slots * banks * width_bits/8 .. 1 GiB, a multiple of that product
  uint32_t banks = 16;         ///< per slot, a power of two, 1..1024
  uint32_t ports = 1;          ///< accesses a bank serves in a cycle, 1..4
  uint32_t width_bits = 64;    ///< word of a bank, 64 * a power of two, 64..1024
  uint32_t slots = 2;          ///< 1: no double buffering; 2
  uint64_t word_bytes() const { return width_bits / 8; }
  uint64_t slot_bytes() const { return size / slots; }
};

/// Load and store engines, each with ports of its own.
struct DmaParams {
  uint32_t outstanding = 32;  ///< bursts in flight at each port, 1..1024
  uint32_t burst_bytes = 64;  ///< bytes a request asks for at most, a power of two, 8..4096
  uint32_t ports = 1;         ///< of each engine: bursts that it sends, and that it moves, in a cycle, 1..16
};

enum class DramKind : uint8_t { fixed, ideal, banked };

/// `fixed`: every burst takes `latency_ns`, then the bus at bandwidth_num/bandwidth_den bytes per nanosecond.
/// `ideal`: answers at its next clock edge, any rate.
/// `banked`: channels, ranks, banks and rows with the timing rules of a standard; latency, bandwidth, burst
/// and capacity then only repeat, for planning, what follows from `banked` (the latency is that of a closed
/// bank).
struct DramParams {
  DramKind kind = DramKind::fixed;
  double latency_ns = 60;                          ///< 0..1e6
  uint64_t bandwidth_num = 64, bandwidth_den = 5;  ///< GB/s = bytes per ns, as a fraction; 12.8 by default
  uint64_t clock_khz = 1600000;                    ///< the model's own clock, 1 MHz .. 20 GHz
  uint32_t max_outstanding = 64;                   ///< bursts accepted and not yet answered, 1..4096
  uint32_t burst_bytes = 64;                       ///< granularity of the bus, a power of two, 8..4096
  uint64_t capacity = uint64_t{4} << 30;           ///< bytes
  BankedParams banked;
};

}  // namespace systole
