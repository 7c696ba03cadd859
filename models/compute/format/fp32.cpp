#include <cstring>

#include "models/compute/format/step_body.h"

namespace systole {
namespace {

typedef float FloatLane __attribute__((may_alias));

SYSTOLE_CLONES void systolic_1(const StepArgs& a) { step_body<FloatLane, true, 1>(a); }
SYSTOLE_CLONES void systolic_2(const StepArgs& a) { step_body<FloatLane, true, 2>(a); }
SYSTOLE_CLONES void systolic_4(const StepArgs& a) { step_body<FloatLane, true, 4>(a); }
SYSTOLE_CLONES void systolic_8(const StepArgs& a) { step_body<FloatLane, true, 8>(a); }
SYSTOLE_CLONES void systolic_any(const StepArgs& a) { step_body<FloatLane, true, 0>(a); }
SYSTOLE_CLONES void broadcast_1(const StepArgs& a) { step_body<FloatLane, false, 1>(a); }
SYSTOLE_CLONES void broadcast_2(const StepArgs& a) { step_body<FloatLane, false, 2>(a); }
SYSTOLE_CLONES void broadcast_4(const StepArgs& a) { step_body<FloatLane, false, 4>(a); }
SYSTOLE_CLONES void broadcast_8(const StepArgs& a) { step_body<FloatLane, false, 8>(a); }
SYSTOLE_CLONES void broadcast_any(const StepArgs& a) { step_body<FloatLane, false, 0>(a); }

SYSTOLE_CLONES void block_1(const BlockArgs& a) { block_body<FloatLane, 1>(a); }
SYSTOLE_CLONES void block_2(const BlockArgs& a) { block_body<FloatLane, 2>(a); }
SYSTOLE_CLONES void block_4(const BlockArgs& a) { block_body<FloatLane, 4>(a); }
SYSTOLE_CLONES void block_8(const BlockArgs& a) { block_body<FloatLane, 8>(a); }
SYSTOLE_CLONES void block_any(const BlockArgs& a) { block_body<FloatLane, 0>(a); }

BlockKernel block(uint32_t depth) {
  switch (depth) {
    case 1:
      return block_1;
    case 2:
      return block_2;
    case 4:
      return block_4;
    case 8:
      return block_8;
    default:
      return block_any;
  }
}

StepKernel step(bool systolic, uint32_t depth) {
  switch (depth) {
    case 1:
      return systolic ? systolic_1 : broadcast_1;
    case 2:
      return systolic ? systolic_2 : broadcast_2;
    case 4:
      return systolic ? systolic_4 : broadcast_4;
    case 8:
      return systolic ? systolic_8 : broadcast_8;
    default:
      return systolic ? systolic_any : broadcast_any;
  }
}

SYSTOLE_INLINE Lane load(const uint8_t* bytes) {
  Lane lane;
  std::memcpy(&lane, bytes, sizeof lane);
  return lane;
}

uint64_t load_ports(const uint8_t* memory, const int64_t* addresses, std::size_t n, Lane* out,
                    std::size_t stride) {
  return load_ports_body(memory, addresses, n, out, stride, [](const uint8_t* at) { return load(at); });
}

void add(Lane* total, const Lane* part, std::size_t n) {
  auto* t = reinterpret_cast<FloatLane*>(total);
  const auto* p = reinterpret_cast<const FloatLane*>(part);
  for (std::size_t i = 0; i < n; ++i) t[i] = t[i] + p[i];
}

}  // namespace

const FormatKernels kFp32Kernels = {load_ports, step, block, add};

}  // namespace systole
