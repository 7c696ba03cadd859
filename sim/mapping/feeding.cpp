#include "sim/mapping/feeding.h"

#include <fmt/format.h>

#include "models/number/format.h"
#include "sim/mapping/array_shape.h"

namespace systole {
namespace {

std::string underfed_operand(const AcceleratorParams& arch, const PeArrayParams& array,
                             const DataflowTraits& traits, Format format, GemmDim lane_dim) {
  const bool stationary = traits.time != lane_dim && traits.time != GemmDim::k;
  if (stationary) return "";  // is read once a fold, under the one before
  const Space space = lane_dim == GemmDim::m ? Space::input : Space::weight;
  const BufferParams& buffer = arch.buffers[static_cast<int>(space)];
  const FeedStep step = feed_step(traits, array, lane_dim);
  const uint64_t wanted = step.lanes * step.depth * traits_of(format).bits / 8;
  const uint64_t cycles = array.mma.timing().set_cycles(blocks_of_a_pe(traits, array));
  const uint64_t served = cycles * buffer.banks * buffer.ports * buffer.word_bytes();
  if (served >= wanted) return "";
  const std::string time = cycles == 1 ? "a cycle" : fmt::format("in {} cycles", cycles);
  return fmt::format("buffers.{}: its banks serve {} of the {} bytes that the array takes {} ({}, {})",
                     kSpaceNames[static_cast<int>(space)], served, wanted, time, traits_of(format).name,
                     traits.name);
}

}  // namespace

std::string underfed(const AcceleratorParams& arch, Dataflow dataflow, const LayerFormats& formats) {
  const DataflowTraits& traits = traits_of(dataflow);
  const PeArrayParams array = arch.pe_array.taking(formats.products());
  const std::string input = underfed_operand(arch, array, traits, formats.input, GemmDim::m);
  return input.empty() ? underfed_operand(arch, array, traits, formats.weight, GemmDim::n) : input;
}

}  // namespace systole
