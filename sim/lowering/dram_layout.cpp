#include "sim/lowering/dram_layout.h"

#include <fmt/format.h>

#include "sim/mapping/tile_plan.h"

namespace systole {
namespace {
constexpr uint64_t kAlignment = 4096;
}

uint64_t DramSpace::put(uint64_t bytes) {
  const uint64_t base = used_;
  used_ = round_up(used_ + bytes, kAlignment);
  return base;
}

void check_capacity(const DramParams& dram, uint64_t bytes) {
  if (bytes <= dram.capacity) return;
  throw MappingError(fmt::format("the layer's tensors take {} bytes of DRAM, {} more than its capacity",
                                 bytes, bytes - dram.capacity));
}

DramLayout dram_layout(const TileContext& context, const TilePlan& plan) {
  const Problem& p = context.problem;
  DramSpace space;
  DramLayout layout;
  layout.input = space.put(p.input_bytes());
  layout.weight = space.put(p.weight_bytes());
  layout.bias = space.put(p.bias_bytes());
  layout.output = space.put(p.output_elements() * p.output_bytes());
  layout.psum = space.put(plan.spills ? p.output_elements() * 4 : 0);
  layout.index = space.put(4 * index_table_entries(context, plan.channels));
  layout.input_exponents = space.put(p.input_exponent_bytes);
  layout.weight_exponents = space.put(p.weight_exponent_bytes);
  layout.total_bytes = space.used();
  check_capacity(context.arch.dram, layout.total_bytes);
  return layout;
}

}  // namespace systole
