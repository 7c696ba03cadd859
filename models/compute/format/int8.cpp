#include "models/compute/format/array_kernels.h"

namespace systole {
namespace {

/// Sums modulo 2^32 are those of int32 without its undefined overflow; lowering keeps sums in range.
typedef uint32_t IntLane __attribute__((may_alias));

SYSTOLE_ARRAY_KERNELS(IntLane)

SYSTOLE_INLINE Lane load(const uint8_t* bytes) {
  return static_cast<Lane>(static_cast<int32_t>(static_cast<int8_t>(*bytes)));
}

uint64_t load_ports(const uint8_t* memory, const int64_t* addresses, std::size_t n, Lane* out,
                    std::size_t stride) {
  return load_ports_body(memory, addresses, n, out, stride, [](const uint8_t* at) { return load(at); });
}

SYSTOLE_CLONES void load_run(const uint8_t* from, int64_t pitch, std::size_t n, Lane* out,
                             std::size_t stride) {
  load_run_body(from, pitch, n, out, stride, 1, [](const uint8_t* at) { return load(at); });
}

void add(Lane* total, const Lane* part, std::size_t n) {
  auto* t = reinterpret_cast<IntLane*>(total);
  const auto* p = reinterpret_cast<const IntLane*>(part);
  for (std::size_t i = 0; i < n; ++i) t[i] = t[i] + p[i];
}

}  // namespace

const FormatKernels kInt8Kernels = {load_ports, load_run, step, block, add};

}  // namespace systole
