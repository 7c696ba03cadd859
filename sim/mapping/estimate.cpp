#include "sim/mapping/estimate.h"

#include <algorithm>

#include "sim/mapping/bounds.h"
#include "sim/mapping/partial_sums.h"

namespace systole {
namespace {

/// What one tile extent contributes: folds along a spatial dimension, cycles along the one in time.
class ArrayTime {
 public:
  explicit ArrayTime(const TileContext& context) : context_(context), array_(context.arch.pe_array) {}

  uint64_t of(GemmDim dim, uint64_t extent) const {
    const KExtent k{uint64_t{context_.problem.R} * context_.problem.S, extent, context_.flatten_k()};
    const uint32_t mma = mma_extent(array_, dim);
    if (dim == context_.traits.time) {
      const uint64_t blocks = blocks_of_a_pe(context_.traits, array_), drain = array_.rows * blocks;
      const uint64_t steps = dim == GemmDim::k ? k.steps(mma) : div_up(extent, mma);
      const MmaTiming timing = array_.mma.timing();
      const uint64_t cycles = round_up(steps, array_.mma.instruction_steps()) * timing.set_cycles(blocks);
      return array_.overlap ? std::max(cycles, drain)
                            : cycles + drain + array_.rows + array_.cols - 2 + timing.set_gap + timing.drain;
    }
    if (dim == GemmDim::k) return k.folds(mma, array_.rows);
    return div_up(extent, array_extent(context_.traits, array_, dim));
  }

  uint64_t over(GemmDim dim, const Blocks& blocks) const {
    const uint32_t last = blocks.count() - 1;
    return last * of(dim, blocks.block) + of(dim, blocks.size(last));
  }

  uint64_t over_m(const TilePlan& plan) const {
    uint64_t sum = 0;
    each_size(plan.images, [&](uint64_t images, uint64_t times_i) {
      each_size(plan.rows, [&](uint64_t rows, uint64_t times_r) {
        each_size(plan.cols, [&](uint64_t cols, uint64_t times_c) {
          sum += times_i * times_r * times_c * of(GemmDim::m, images * rows * cols);
        });
      });
    });
    return sum;
  }

 private:
  template <typename Visit>
  static void each_size(const Blocks& blocks, Visit visit) {
    const uint32_t last = blocks.count() - 1;
    if (last > 0) visit(blocks.block, last);
    visit(blocks.size(last), 1);
  }

  const TileContext& context_;
  const PeArrayParams& array_;
};

}  // namespace

double bytes_per_cycle(const AcceleratorParams& arch) {
  double rate = double{1} * arch.dma.ports * arch.dma.burst_bytes;
  if (arch.dram.kind == DramKind::ideal) return rate;
  rate = std::min(rate, dram_bytes_per_cycle(arch));
  if (arch.dram.latency_ns > 0) {
    const double per_cycle = 1e6 / static_cast<double>(arch.clock_khz);
    const double in_flight = double{1} * arch.dma.ports * arch.dma.outstanding * arch.dma.burst_bytes;
    rate = std::min(rate, in_flight / arch.dram.latency_ns * per_cycle);
  }
  return rate;
}

Estimator::Estimator(const TileContext& context)
    : context_(context),
      rate_(bytes_per_cycle(context.arch)),
      bounds_(lower_bounds(context.problem, context.arch, context.traits.id, context.residency)) {}

/// Bytes of partial sums that pass through the output buffer: all those between k tiles unless these follow
/// one another on the core; otherwise what the accumulators have no entries for.
uint64_t Estimator::psum_bytes(const TilePlan& plan) const {
  const PartialSums sums = partial_sums(context_, plan);
  const uint64_t merge = context_.problem.output_elements() * 8;
  return merge * sums.in_buffer + merge * sums.at_columns / sums.entries * sums.beyond;
}

uint64_t Estimator::compute_cycles(const TilePlan& plan) const {
  const ArrayTime time(context_);
  return context_.problem.groups * time.over_m(plan) * time.over(GemmDim::n, plan.filters) *
         time.over(GemmDim::k, plan.channels);
}

uint64_t Estimator::cycles(const TilePlan& plan, const Traffic& traffic, uint64_t compute_cycles) const {
  const uint64_t array = std::max(compute_cycles, bounds_.sram_cycles);
  if (context_.residency == Residency::sram) return array + bounds_.vector_cycles;
  const auto on_bus = [&](uint64_t bytes) {
    return static_cast<uint64_t>(static_cast<double>(bytes) / rate_);
  };
  const uint64_t dram =
      on_bus(traffic.bus_bytes) + traffic.copied / context_.buffer(Space::input).word_bytes();

  const uint64_t group_blocks = plan.groups.count();
  const bool overlaps = (plan.input_buffer.places > 1 || group_blocks * plan.count_m * plan.count_k == 1) &&
                        (plan.weight_buffer.places > 1 || group_blocks * plan.count_n * plan.count_k == 1) &&
                        (plan.output_buffer.places > 1 || group_blocks * plan.count_m * plan.count_n == 1);
  if (!overlaps) return array + dram;
  const uint64_t head = on_bus(plan.input.bytes + plan.input_exponents.bytes + plan.weight.bytes +
                               plan.weight_exponents.bytes),
                 tail = on_bus(plan.result.bytes);
  const uint64_t rest = dram - std::min(dram, head + tail);
  return head + std::max({array, rest, bounds_.vector_cycles}) + tail;
}

}  // namespace systole
