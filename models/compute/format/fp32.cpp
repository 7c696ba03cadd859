#include <cstring>

#include "models/compute/format/array_kernels.h"

namespace systole {
namespace {

typedef float FloatLane __attribute__((may_alias));

SYSTOLE_ARRAY_KERNELS(FloatLane)
SYSTOLE_BLOCK_KERNELS(FloatLane)

SYSTOLE_INLINE Lane load(const uint8_t* bytes) {
  Lane lane;
  std::memcpy(&lane, bytes, sizeof lane);
  return lane;
}

uint64_t load_ports(const uint8_t* memory, const int64_t* addresses, std::size_t n, Lane* out,
                    std::size_t stride) {
  return load_ports_body(memory, addresses, n, out, stride, [](const uint8_t* at) { return load(at); });
}

SYSTOLE_CLONES void load_run(const uint8_t* from, int64_t pitch, std::size_t n, Lane* out,
                             std::size_t stride) {
  load_run_body(from, pitch, n, out, stride, 4, [](const uint8_t* at) { return load(at); });
}

void add(Lane* total, const Lane* part, std::size_t n) {
  auto* t = reinterpret_cast<FloatLane*>(total);
  const auto* p = reinterpret_cast<const FloatLane*>(part);
  for (std::size_t i = 0; i < n; ++i) t[i] = t[i] + p[i];
}

SYSTOLE_CLONES void canonicalize(Lane* results, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const bool nan = (results[i] & 0x7FFFFFFFU) > 0x7F800000U;
    results[i] = nan ? kFp32Nan : results[i];
  }
}

}  // namespace

const FormatKernels kFp32Kernels = {load_ports, load_run, step, block, add, canonicalize};

}  // namespace systole
