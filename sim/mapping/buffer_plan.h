#pragma once
// The places of a buffer that tiles are put into, alternating between its slots.
#include <cstdint>

#include "models/memory/params.h"

namespace systole {

/// `places` of `place_bytes` each. A tile that is all there is of its tensor may span the slots: one place.
struct BufferPlan {
  uint64_t place_bytes = 0, slot_bytes = 0;
  uint32_t slots = 1, places = 0;
  uint64_t overflow = 0;  ///< bytes by which one tile exceeds its slot; then there are no places

  uint64_t address(uint32_t place) const {
    return place % slots * slot_bytes + uint64_t{place / slots} * place_bytes;
  }
};

/// `reserved`: bytes at the end of each slot kept for something else. `tiles`: of the whole layer.
BufferPlan plan_buffer(const BufferParams& buffer, uint64_t tile_bytes, uint64_t reserved, uint64_t tiles);

/// Places at the ends of a buffer's slots, kept for something that comes and goes beside the tiles: bias
/// values, operands that are still to be transformed.
struct ReservedPlan {
  uint64_t place_bytes = 0, buffer_bytes = 0, slot_bytes = 0;
  uint32_t places = 0, slots = 1;

  uint64_t reserved_per_slot() const { return place_bytes * (slots == 1 ? places : 1); }
  uint64_t address(uint32_t place) const {
    return slots == 1 ? buffer_bytes - (place + 1) * place_bytes : (place + 1) * slot_bytes - place_bytes;
  }
};

/// Places of so many bytes; 0: none. `tiles`: different contents over the whole layer; two places, or one for
/// one tile.
ReservedPlan plan_reserved(const BufferParams& buffer, uint64_t bytes, uint64_t tiles);

}  // namespace systole
