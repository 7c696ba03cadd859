#pragma once
// What a mapping asks of DRAM, in closed form. The program it is lowered to asks for exactly this.
#include "sim/mapping/tile_plan.h"

namespace systole {

struct Traffic {
  std::array<uint64_t, kTensorCount> read{}, write{};  ///< bytes
  uint64_t copied = 0;                                 ///< halo bytes moved inside the input buffer
  /// Estimate: what the bus carries when every contiguous run is rounded up to whole bursts.
  uint64_t bus_bytes = 0;

  uint64_t read_total() const;
  uint64_t write_total() const;
};

Traffic traffic_of(const TileContext& context, const TilePlan& plan, const WindowSums& vertical,
                   const WindowSums& horizontal);

/// Bytes that cross between DRAM and chip.
struct DramBytes {
  uint64_t read = 0, written = 0;
  uint64_t total() const { return read + written; }
};
/// The least any schedule must move: every touched input, weight, bias once, every output once.
DramBytes compulsory_traffic(const Problem& problem);

}  // namespace systole
