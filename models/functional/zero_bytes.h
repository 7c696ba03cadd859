#pragma once
#include <cstdint>

namespace systole {

/// A block of bytes that are zeros until they are written. Only those that someone touches take memory, and
/// time to clear: a layer seldom fills a large buffer.
class ZeroBytes {
 public:
  ZeroBytes() = default;
  ~ZeroBytes() { reset(0); }
  ZeroBytes(const ZeroBytes&) = delete;
  ZeroBytes& operator=(const ZeroBytes&) = delete;

  /// `size` zeros. Throws std::bad_alloc where there is no room.
  void reset(uint64_t size);
  uint8_t* data() { return data_; }
  uint64_t size() const { return size_; }

 private:
  uint8_t* data_ = nullptr;
  uint64_t size_ = 0;
};

}  // namespace systole
