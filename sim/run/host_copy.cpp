#include "sim/run/host_copy.h"

#include <cstring>

namespace systole {
namespace {

struct Memory {
  uint8_t* bytes;
  uint64_t size;

  uint8_t* at(uint64_t address, uint64_t length) const {
    if (address > size || length > size - address)
      throw MachineError("a preloaded box lies outside of its memory");
    return bytes + address;
  }
};

Memory memory_of(Accelerator& machine, const AcceleratorParams& params, uint64_t dram_bytes, Space space) {
  if (space == Space::dram) return {machine.dram_bytes(), dram_bytes};
  return {machine.buffer_bytes(space), params.buffers[static_cast<int>(space)].size};
}

void copy(const Memory& from, const Memory& to, const Move& move, int dim, uint64_t source, uint64_t target) {
  if (dim == kBoxRank - 1) {
    const uint32_t length = move.size[dim];
    std::memcpy(to.at(target, length), from.at(source, length), length);
    return;
  }
  for (uint32_t i = 0; i < move.size[dim]; ++i) {
    copy(from, to, move, dim + 1, source, target);
    source += static_cast<uint64_t>(move.from.stride[dim]);
    target += static_cast<uint64_t>(move.to.stride[dim]);
  }
}

}  // namespace

void host_copy(Accelerator& machine, const AcceleratorParams& params, uint64_t dram_bytes, const Move& move) {
  copy(memory_of(machine, params, dram_bytes, move.from.space),
       memory_of(machine, params, dram_bytes, move.to.space), move, 0, move.from.base, move.to.base);
}

}  // namespace systole
