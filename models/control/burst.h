#pragma once
#include <cstdint>
#include <vector>

#include "models/control/box_walker.h"
#include "models/kernel/flat_list.h"

namespace systole {

/// A piece of a burst that is contiguous on chip.
struct Segment {
  uint64_t buffer_address;
  uint32_t burst_offset, bytes;
};

/// One DRAM request of a DMA engine and where its bytes belong on chip.
struct Burst {
  uint32_t port = 0, id = 0;  ///< of its engine; among those of its port
  uint64_t address = 0;
  uint32_t length = 0;  ///< bytes from `address` on, whole bursts of the DRAM
  uint32_t useful_bytes = 0;
  FlatList<Segment> segments;
  uint32_t next_segment = 0, next_byte = 0;  ///< progress of the on-chip side
  uint64_t move_number = 0;
  Space space = Space::input;
  Tensor tensor = Tensor::input;
  uint8_t element_bits = 32;
  Burst* next = nullptr;      ///< in the list it is in
  std::vector<uint8_t> data;  ///< where bytes move in simulated time

  uint32_t elements() const { return 8 * useful_bytes / element_bits; }
};

/// Cuts the next request out of a box: as many runs as lie, ascending, in one naturally aligned power of two
/// of at most `burst_bytes` (at least `granule`, the DRAM's own burst), so that neighbours share a request;
/// every burst of it carries a byte that is wanted. `dram_is_source` says on which side of the box DRAM is.
void cut_burst(BoxWalker& walker, bool dram_is_source, uint32_t burst_bytes, uint32_t granule, Burst& burst);

}  // namespace systole
