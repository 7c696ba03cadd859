#include "sim/lowering/dram_layout.h"

#include <fmt/format.h>

namespace systole {
namespace {
constexpr uint64_t kAlignment = 4096;
}

DramLayout dram_layout(const TileContext& context, const TilePlan& plan) {
  const Problem& p = context.problem;
  DramLayout layout;
  uint64_t end = 0;
  const auto put = [&](uint64_t bytes) {
    const uint64_t base = end;
    end = round_up(end + bytes, kAlignment);
    return base;
  };
  layout.input = put(p.input_elements() * p.operand_bytes());
  layout.weight = put(p.weight_elements() * p.operand_bytes());
  layout.bias = put(p.bias_elements() * 4);
  layout.output = put(p.output_elements() * p.output_bytes());
  layout.psum = put(plan.spills ? p.output_elements() * 4 : 0);
  layout.total_bytes = end;
  const uint64_t capacity = context.arch.dram.capacity;
  if (end > capacity) {
    throw MappingError(fmt::format("the layer's tensors take {} bytes of DRAM, {} more than its capacity",
                                   end, end - capacity));
  }
  return layout;
}

}  // namespace systole
