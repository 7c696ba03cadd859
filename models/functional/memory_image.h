#pragma once
#include <vector>

#include "models/functional/zero_bytes.h"
#include "models/isa.h"
#include "models/memory/params.h"

namespace systole {

/// The bytes of every storage of the machine. Who writes them, and when, is a matter of the stepping: the
/// executor in program order, or the units in simulated time.
class MemoryImage {
 public:
  explicit MemoryImage(const std::array<BufferParams, kBufferCount>& buffers) {
    for (int b = 0; b < kBufferCount; ++b) buffer_bytes_[b] = buffers[b].size;
    reset(0);
  }
  /// Zeros everywhere; DRAM has `dram_bytes`.
  void reset(uint64_t dram_bytes) {
    for (int b = 0; b < kBufferCount; ++b) buffers_[b].reset(buffer_bytes_[b]);
    dram_.assign(dram_bytes, 0);
  }
  /// No bytes anywhere, until the next reset.
  void drop() {
    for (ZeroBytes& buffer : buffers_) buffer.reset(0);
    dram_ = {};
  }
  std::vector<uint8_t>& dram() { return dram_; }
  uint8_t* bytes(Space space) {
    return space == Space::dram ? dram_.data() : buffers_[static_cast<int>(space)].data();
  }
  uint64_t size(Space space) const {
    return space == Space::dram ? dram_.size() : buffers_[static_cast<int>(space)].size();
  }
  /// The bytes [address, address + count). Throws std::logic_error if some lie outside.
  uint8_t* at(Space space, int64_t address, uint64_t count) {
    const uint64_t from = static_cast<uint64_t>(address), size = this->size(space);
    if (from > size || count > size - from) refuse(space, address, count);
    return bytes(space) + from;
  }
  /// The byte that holds the first of the bits [address, address + count), all of which must lie inside.
  uint8_t* at_bits(Space space, int64_t address, uint64_t count) {
    const int64_t first = address >> 3;
    return at(space, first,
              static_cast<uint64_t>(((address + static_cast<int64_t>(count) + 7) >> 3) - first));
  }

 private:
  [[noreturn]] void refuse(Space space, int64_t address, uint64_t count) const;

  std::array<uint64_t, kBufferCount> buffer_bytes_{};
  std::array<ZeroBytes, kBufferCount> buffers_;
  std::vector<uint8_t> dram_;
};

}  // namespace systole
