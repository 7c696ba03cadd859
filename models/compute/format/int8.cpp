#include "models/compute/format/step_body.h"

namespace systole {
namespace {

/// Sums modulo 2^32 are those of int32 without its undefined overflow; lowering keeps sums in range.
typedef uint32_t IntLane __attribute__((may_alias));

SYSTOLE_CLONES void systolic_1(const StepArgs& a) { step_body<IntLane, true, 1>(a); }
SYSTOLE_CLONES void systolic_2(const StepArgs& a) { step_body<IntLane, true, 2>(a); }
SYSTOLE_CLONES void systolic_4(const StepArgs& a) { step_body<IntLane, true, 4>(a); }
SYSTOLE_CLONES void systolic_8(const StepArgs& a) { step_body<IntLane, true, 8>(a); }
SYSTOLE_CLONES void systolic_any(const StepArgs& a) { step_body<IntLane, true, 0>(a); }
SYSTOLE_CLONES void broadcast_1(const StepArgs& a) { step_body<IntLane, false, 1>(a); }
SYSTOLE_CLONES void broadcast_2(const StepArgs& a) { step_body<IntLane, false, 2>(a); }
SYSTOLE_CLONES void broadcast_4(const StepArgs& a) { step_body<IntLane, false, 4>(a); }
SYSTOLE_CLONES void broadcast_8(const StepArgs& a) { step_body<IntLane, false, 8>(a); }
SYSTOLE_CLONES void broadcast_any(const StepArgs& a) { step_body<IntLane, false, 0>(a); }

SYSTOLE_CLONES void block_1(const BlockArgs& a) { block_body<IntLane, 1>(a); }
SYSTOLE_CLONES void block_2(const BlockArgs& a) { block_body<IntLane, 2>(a); }
SYSTOLE_CLONES void block_4(const BlockArgs& a) { block_body<IntLane, 4>(a); }
SYSTOLE_CLONES void block_8(const BlockArgs& a) { block_body<IntLane, 8>(a); }
SYSTOLE_CLONES void block_any(const BlockArgs& a) { block_body<IntLane, 0>(a); }

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
  return static_cast<Lane>(static_cast<int32_t>(static_cast<int8_t>(*bytes)));
}

uint64_t load_ports(const uint8_t* memory, const int64_t* addresses, std::size_t n, Lane* out,
                    std::size_t stride) {
  return load_ports_body(memory, addresses, n, out, stride, [](const uint8_t* at) { return load(at); });
}

void add(Lane* total, const Lane* part, std::size_t n) {
  auto* t = reinterpret_cast<IntLane*>(total);
  const auto* p = reinterpret_cast<const IntLane*>(part);
  for (std::size_t i = 0; i < n; ++i) t[i] = t[i] + p[i];
}

}  // namespace

const FormatKernels kInt8Kernels = {load_ports, step, block, add};

}  // namespace systole
