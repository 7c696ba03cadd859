#include "sim/mapping/buffer_plan.h"

#include <algorithm>

#include "sim/mapping/array_shape.h"

namespace systole {

BufferPlan plan_buffer(const BufferParams& buffer, uint64_t tile_bytes, uint64_t reserved, uint64_t tiles) {
  BufferPlan plan;
  plan.place_bytes = round_up(std::max<uint64_t>(tile_bytes, 1), buffer.word_bytes());
  plan.slots = buffer.slots;
  plan.slot_bytes = buffer.slot_bytes();
  const uint64_t room = plan.slot_bytes - std::min(plan.slot_bytes, reserved);
  const uint64_t fitting = room / plan.place_bytes * buffer.slots;
  if (fitting > 0) {
    plan.places = static_cast<uint32_t>(std::min<uint64_t>({fitting, tiles, 1U << 20}));
    return plan;
  }
  const uint64_t whole_room = buffer.size - std::min(buffer.size, reserved);
  if (tiles == 1) {
    plan.slots = 1;
    plan.slot_bytes = buffer.size;
    plan.places = plan.place_bytes <= whole_room ? 1 : 0;
    plan.overflow = plan.places ? 0 : plan.place_bytes - whole_room;
  } else {
    plan.overflow = plan.place_bytes - room;
  }
  return plan;
}

ReservedPlan plan_reserved(const BufferParams& buffer, uint64_t bytes, uint64_t tiles) {
  ReservedPlan plan;
  if (bytes == 0) return plan;
  plan.place_bytes = round_up(bytes, buffer.word_bytes());
  plan.buffer_bytes = buffer.size;
  plan.slot_bytes = buffer.slot_bytes();
  plan.slots = tiles == 1 ? 1 : buffer.slots;
  plan.places = tiles == 1 ? 1 : 2;
  return plan;
}

}  // namespace systole
