#include "models/functional/vector.h"

#include <algorithm>

#include "models/number/sum/float_lanes.h"

namespace systole {
namespace {

constexpr uint32_t kItemsAtOnce = 64;

/// The memory that holds `count` numbers from `address` on, and what is left of the address behind it.
uint8_t* memory_of(MemoryImage& image, const LaneView& view, int64_t& address, int64_t stride,
                   uint32_t count) {
  const int64_t reach = (int64_t{count} - 1) * stride, low = address + std::min<int64_t>(0, reach);
  uint8_t* memory =
      image.at_bits(view.buffer, low, static_cast<uint64_t>(std::abs(reach)) + view.element_bits());
  const int64_t byte = low >> 3;
  address -= 8 * byte;
  return memory;
}

}  // namespace

void load_lanes(MemoryImage& image, const LaneView& view, int64_t address, int64_t stride, uint32_t count,
                Lane* to) {
  const uint8_t* memory = memory_of(image, view, address, stride, count);
  traits_of(view.format).load_run(memory, address, stride, count, to, 1);
}

void store_lanes(MemoryImage& image, const LaneView& view, int64_t address, int64_t stride, uint32_t count,
                 const Lane* from) {
  uint8_t* memory = memory_of(image, view, address, stride, count);
  traits_of(view.format).store_run(memory, address, stride, count, from);
}

void load_constants(const LaneProgram& program, Lane* registers, uint32_t lanes) {
  for (const LaneConstant& constant : program.constants)
    std::fill_n(registers + std::size_t{constant.target} * lanes, lanes, constant.value);
}

void VectorExecutor::gather(const LaneView& view, const LanePlaces& places, uint32_t first_register) {
  for (uint32_t r = 0; r < view.registers(); ++r) {
    const LaneTap tap = view.tap(r / view.numbers);
    const int64_t offset = tap.offset + int64_t{r % view.numbers} * view.element_bits();
    Lane* to = &registers_[std::size_t{first_register + r} * kItemsAtOnce];
    for (const LaneRun& run : places.runs()) {
      if (places.inside(run, tap)) {
        load_lanes(image_, view, run.address + offset, places.stride(), run.count, to + run.first);
      } else {
        std::fill_n(to + run.first, run.count, 0);
      }
    }
  }
}

void VectorExecutor::scatter(const LaneView& view, const LanePlaces& places, const uint16_t* registers) {
  const bool is_float = traits_of(view.format).is_float();
  for (uint32_t r = 0; r < view.registers(); ++r) {
    const LaneTap tap = view.tap(r / view.numbers);
    const int64_t offset = tap.offset + int64_t{r % view.numbers} * view.element_bits();
    Lane* from = &registers_[registers[r] * std::size_t{kItemsAtOnce}];
    if (is_float) canonicalize_floats(from, places.lanes());
    for (const LaneRun& run : places.runs()) {
      if (!places.inside(run, tap)) continue;
      store_lanes(image_, view, run.address + offset, places.stride(), run.count, from + run.first);
    }
  }
}

void VectorExecutor::execute(const Vector& vector) {
  const LaneProgram& program = *vector.program;
  registers_.assign(std::size_t{program.registers} * kItemsAtOnce, 0);
  load_constants(program, registers_.data(), kItemsAtOnce);
  for (uint32_t i = 0; i < vector.source_count; ++i)
    sources_[i].begin(vector, vector.sources[i], kItemsAtOnce);
  for (uint32_t i = 0; i < vector.target_count; ++i)
    targets_[i].begin(vector, vector.targets[i], kItemsAtOnce);
  while (targets_[0].lanes() != 0) {
    uint32_t in = 0, out = 0;
    for (uint32_t i = 0; i < vector.source_count; ++i) {
      gather(vector.sources[i], sources_[i], in);
      in += vector.sources[i].registers();
      sources_[i].next();
    }
    run_lanes(program, registers_.data(), kItemsAtOnce);
    for (uint32_t i = 0; i < vector.target_count; ++i) {
      scatter(vector.targets[i], targets_[i], &program.outputs[out]);
      out += vector.targets[i].registers();
      targets_[i].next();
    }
  }
}

}  // namespace systole
