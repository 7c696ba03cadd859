#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace systole {

/// One memory system: `channels` controllers of the same kind. Powers of two unless stated.
struct DramGeometry {
  uint32_t channels = 1;      ///< 1..64
  uint32_t ranks = 1;         ///< per channel, 1..8
  uint32_t bank_groups = 1;   ///< per rank, 1..16
  uint32_t banks = 8;         ///< per bank group, 1..32; at most 64 banks a channel
  uint32_t rows = 65536;      ///< per bank, 1..2^24
  uint32_t columns = 1024;    ///< beats a row holds, burst_beats..65536
  uint32_t bus_bits = 32;     ///< data width of a channel, 8..1024
  uint32_t burst_beats = 16;  ///< beats a burst takes, 1..64
  uint32_t burst_cycles = 8;  ///< memory-clock cycles a burst is on the bus, 1..64, any integer

  uint32_t burst_bytes() const { return bus_bits / 8 * burst_beats; }
  uint32_t bursts_per_row() const { return columns / burst_beats; }
  uint32_t banks_per_rank() const { return bank_groups * banks; }
  uint32_t banks_per_channel() const { return ranks * banks_per_rank(); }
  uint64_t capacity() const {
    return uint64_t{channels} * banks_per_channel() * rows * columns * (bus_bits / 8);
  }
};

/// In cycles of the memory clock, as the standards name them. `_s`: between bank groups; `_l`: within one.
struct DramTimings {
  uint32_t cl = 28, cwl = 14;
  uint32_t trcd_rd = 29, trcd_wr = 29, trp = 29, tras = 68;
  uint32_t tccd_s = 8, tccd_l = 8, trrd_s = 16, trrd_l = 16, tfaw = 64;
  uint32_t twr = 29, twtr_s = 16, twtr_l = 16, trtp = 12, trtrs = 1;
  uint32_t tppd = 0;                          ///< PRE to PRE of another bank of the rank
  uint32_t trfc = 448, trefi = 6246;          ///< all banks of a rank
  std::optional<uint32_t> trfc_pb, trefi_pb;  ///< a single bank; a must with DramRefresh::per_bank
};

enum class DramRefresh : uint8_t { per_rank, per_bank, none };
/// `open`: rows stay open. `closed`: a row is closed with its last access that is queued.
enum class PagePolicy : uint8_t { open, closed };

struct DramController {
  uint32_t read_queue = 32, write_queue = 32;  ///< transactions of a channel, 1..1024
  uint32_t bank_queue = 8;                     ///< commands of a bank, 1..64
  uint32_t write_low = 8;     ///< with the banks idle, more queued writes than this are drained
  uint32_t idle_drain = 64;   ///< cycles without a request after which the rest is drained
  uint32_t row_hit_cap = 4;   ///< hits after which a row yields to an older request for another row
  bool dual_command = false;  ///< a row and a column command a cycle (HBM)
  DramRefresh refresh = DramRefresh::per_rank;
  PagePolicy page_policy = PagePolicy::open;

  /// So many younger requests may overtake the oldest of a bank before it goes first: two for each place of
  /// the banks' queues. A lower limit changes the order where a bank only waits for its own row. DRAMsim3 has
  /// no such limit.
  uint32_t most_overtakers(const DramGeometry& geometry) const {
    return 2 * bank_queue * geometry.banks_per_channel();
  }
};

/// What one device draws from one supply, in mA at `vdd` volts.
struct DramRail {
  double vdd = 0;
  double idd0 = 0, idd2n = 0, idd3n = 0, idd4r = 0, idd4w = 0, idd5ab = 0;
};

struct DramCurrents {
  std::optional<uint32_t> device_bits;  ///< width of a device; as many as fill the bus make up a rank
  DramRail core, wordline, io;
};

struct BankedParams {
  DramGeometry geometry;
  DramTimings timing;
  DramController controller;
  DramCurrents currents;
  /// Fields ro ra bg ba ch co from the most to the least significant.
  std::string address_map = "rorabacobgch";
  std::string reference_map = "rochrababgco";  ///< that of the reference figures
};

}  // namespace systole
