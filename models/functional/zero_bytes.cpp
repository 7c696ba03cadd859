#include "models/functional/zero_bytes.h"

#include <sys/mman.h>

#include <new>

namespace systole {

void ZeroBytes::reset(uint64_t size) {
  if (data_ != nullptr) ::munmap(data_, size_);
  data_ = nullptr;
  size_ = 0;
  if (size == 0) return;
  void* const fresh = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (fresh == MAP_FAILED) throw std::bad_alloc();
  data_ = static_cast<uint8_t*>(fresh);
  size_ = size;
}

}  // namespace systole
