#include "sim/mapping/bounds.h"

#include <algorithm>

#include "sim/lanes/post_program.h"
#include "sim/mapping/array_shape.h"
#include "sim/mapping/traffic.h"

namespace systole {
namespace {

/// How often a streamed operand crosses the array: once a fold of the gemm dimension it lacks. Once in all
/// when it is stationary, or so short that the last word of a lane's port holds all of it.
uint64_t passes_over_array(const Problem& p, const AcceleratorParams& arch, const DataflowTraits& traits,
                           GemmDim lacking, Space space, uint64_t bits) {
  const uint64_t word = arch.buffers[static_cast<int>(space)].word_bytes();
  if (traits.time == lacking || p.gemm_k() * bits <= 8 * word) return 1;
  return div_up(lacking == GemmDim::n ? p.gemm_n() : p.gemm_m(),
                array_extent(traits, arch.pe_array, lacking));
}

/// Elements read in one pass over the input: one for each output and tap, or, where lanes at different taps
/// of one step may share a word, only the distinct ones.
uint64_t input_elements_fed(const Problem& p, const AcceleratorParams& arch, const DataflowTraits& traits) {
  const FeedStep feed = feed_step(traits, arch.pe_array, GemmDim::m);
  const bool shared = p.R * p.S > 1 && feed.depth > 1 && feed.lanes > 1;
  const auto along = [&](const WindowAxis& axis) {
    return shared ? touched_coordinates(axis) : pairs_in_bounds(axis);
  };
  return along(vertical_axis(p)) * along(horizontal_axis(p)) * p.N * p.groups * p.C;
}

}  // namespace

double dram_bytes_per_cycle(const AcceleratorParams& arch) {
  return static_cast<double>(arch.dram.bandwidth_num) / static_cast<double>(arch.dram.bandwidth_den) * 1e6 /
         static_cast<double>(arch.clock_khz);
}

uint64_t dma_bytes_per_cycle(const AcceleratorParams& arch) {
  return uint64_t{arch.dma.ports} * std::max(arch.dma.burst_bytes, arch.dram.burst_bytes);
}

uint64_t buffer_cycles(const BufferParams& buffer, uint64_t bytes, uint64_t tensor_bytes) {
  const uint64_t slots = tensor_bytes > buffer.slot_bytes() ? buffer.slots : 1;
  return bytes / (buffer.word_bytes() * buffer.banks * buffer.ports * slots);
}

Bounds transfer_bounds(DramBytes bytes, const AcceleratorParams& arch) {
  Bounds bounds;
  if (arch.dram.kind != DramKind::ideal) {
    bounds.dram_cycles =
        static_cast<uint64_t>(static_cast<double>(bytes.read + bytes.written) / dram_bytes_per_cycle(arch));
  }
  bounds.dma_cycles = div_up(std::max(bytes.read, bytes.written), dma_bytes_per_cycle(arch));
  return bounds;
}

/// Of the vector unit, for what becomes of a problem's sums.
static uint64_t post_cycles(const Problem& problem, const VectorUnitParams& unit) {
  const PostOps ops = problem.post_ops();
  if (!ops.any()) return 0;
  return div_up(problem.output_elements(), unit.lanes) * post_program(ops)->cycles(unit.special_cycles);
}

Bounds lower_bounds(const Problem& p, const AcceleratorParams& machine, Dataflow dataflow,
                    Residency residency) {
  const DataflowTraits& traits = traits_of(dataflow);
  AcceleratorParams arch = machine;
  arch.pe_array = machine.pe_array.taking(p.formats.products());
  Bounds bounds;
  if (residency == Residency::dram) bounds = transfer_bounds(compulsory_traffic(p), arch);
  bounds.compute_cycles = div_up(p.macs() * arch.pe_array.mma.interval, arch.pe_array.peak_macs_per_cycle());
  bounds.vector_cycles = post_cycles(p, arch.vector_unit);

  const uint64_t output = p.output_elements() * 4;
  const uint64_t weights =
      p.groups * p.gemm_n() * p.gemm_k();  // without those that complete a row's last byte
  const uint64_t input = input_elements_fed(p, arch, traits) *
                         passes_over_array(p, arch, traits, GemmDim::n, Space::input, p.input_bits()) *
                         p.input_bits() / 8;
  const uint64_t weight = weights *
                          passes_over_array(p, arch, traits, GemmDim::m, Space::weight, p.weight_bits()) *
                          p.weight_bits() / 8;
  bounds.sram_cycles = std::max({buffer_cycles(arch.buffers[0], input, p.input_bytes()),
                                 buffer_cycles(arch.buffers[1], weight, p.weight_bytes()),
                                 buffer_cycles(arch.buffers[2], output, output)});
  return bounds;
}

}  // namespace systole
