#include "sim/mapping/traffic.h"

#include <algorithm>
#include <numeric>

#include "sim/mapping/array_shape.h"

namespace systole {
namespace {

/// How often a tensor that does not depend on `unused` is read: its tiles come back after
/// `plan.inside(unused)` others, and are still there if so many fit (the least recently used one makes room).
uint64_t passes(const TilePlan& plan, GemmDim unused, uint32_t places) {
  return plan.inside(unused) <= places ? 1 : plan.count(unused);
}

uint64_t bias_passes(const TilePlan& plan) {
  if (plan.bias.places == 0) return 1;
  uint64_t in_between = 1;
  for (int i = 2; i >= 0 && plan.tiles.order[i] != GemmDim::m; --i) {
    if (plan.tiles.order[i] == GemmDim::n) in_between = plan.count_n;
  }
  return in_between <= plan.bias.places ? 1 : plan.count_m;
}

/// That hold so many bits.
uint64_t bytes(uint64_t bits) { return div_up(bits, 8); }

uint64_t input_run(const TileContext& context, const TilePlan& plan) {
  const Problem& p = context.problem;
  const Tiles& t = plan.tiles;
  const uint64_t element = p.input_bits();
  if (p.input.channel != 1) return bytes(t.cols * element) * (t.cols == p.Q ? t.channels : 1);
  const bool interleaved = p.input.group == p.C;
  uint64_t run = bytes(t.channels * (interleaved ? t.groups : 1) * element);
  if (8 * run != p.input.pixel * element || (p.S == 1 && p.stride_w > 1)) return run;
  run *= std::min<uint64_t>(p.W, t.cols * uint64_t{p.stride_w});
  if (t.cols == p.Q && !(p.R == 1 && p.stride_h > 1)) run *= t.rows;
  return run;
}

uint64_t weight_run(const TileContext& context, const TilePlan& plan) {
  const Problem& p = context.problem;
  const Tiles& t = plan.tiles;
  const uint64_t element = p.weight_bits();
  if (p.weight.channel != 1) return bytes(t.filters * element) * (t.filters == p.M ? t.channels : 1);
  const uint64_t taps = p.weight.filter == uint64_t{p.R} * p.S * p.weight.s ? uint64_t{p.R} * p.S : 1;
  return bytes(t.channels * element) * (t.channels == p.C ? taps * t.filters : 1);
}

uint64_t result_run(const TileContext& context, const TilePlan& plan, uint64_t element) {
  const Problem& p = context.problem;
  const uint64_t columns = uint64_t{plan.tiles.filters} * (p.output.group == p.M ? plan.tiles.groups : 1);
  return columns * element * (columns == p.output.pixel ? plan.tiles.cols : 1);
}

/// Bytes of a contiguous run of exponents in DRAM, beside a run of so many bytes of elements.
uint64_t exponents_beside(uint32_t block, uint64_t element, uint64_t channels, uint64_t run) {
  if (block == 0) return 0;
  const uint64_t row = bytes(channels * element);
  return div_up(channels, block) * std::max<uint64_t>(1, run / std::max<uint64_t>(1, row));
}

/// Runs of whole bursts; the last run is what the tiles at the edges leave of it.
uint64_t on_bus(uint64_t bytes, uint64_t run, uint64_t burst) {
  if (run == 0) return bytes;
  return bytes / run * round_up(run, burst) + round_up(bytes % run, burst);
}

}  // namespace

uint64_t Traffic::read_total() const { return std::accumulate(read.begin(), read.end(), uint64_t{0}); }
uint64_t Traffic::write_total() const { return std::accumulate(write.begin(), write.end(), uint64_t{0}); }

Traffic traffic_of(const TileContext& context, const TilePlan& plan, const WindowSums& vertical,
                   const WindowSums& horizontal) {
  const Problem& p = context.problem;
  Traffic traffic;
  if (context.residency == Residency::sram) return traffic;

  const uint64_t all = vertical.sum_count * horizontal.sum_count;
  const uint64_t fresh = vertical.blocks > 1 ? vertical.sum_fresh * horizontal.sum_count
                                             : vertical.sum_count * horizontal.sum_fresh;
  const uint64_t input_passes = passes(plan, GemmDim::n, plan.input_buffer.places);
  const uint64_t input = input_passes * p.bytes_of_pixels(plan.keeps_halo ? fresh : all);
  const uint64_t input_exponents = input_passes * p.exponents_of_pixels(plan.keeps_halo ? fresh : all);
  traffic.copied = plan.keeps_halo
                       ? input_passes * (p.bytes_of_pixels(all - fresh) + p.exponents_of_pixels(all - fresh))
                       : 0;

  const uint64_t weight_passes = passes(plan, GemmDim::m, plan.weight_buffer.places);
  const uint64_t weight = weight_passes * p.weight_bytes();
  const uint64_t weight_exponents = weight_passes * p.weight_exponent_bytes;
  const uint64_t bias = bias_passes(plan) * p.bias_bytes();
  const uint64_t psum = plan.spills ? (plan.count_k - 1) * p.output_elements() * 4 : 0;
  const uint64_t output = p.output_elements() * p.output_bytes();

  auto& read = traffic.read;
  read[static_cast<int>(Tensor::input)] = input;
  read[static_cast<int>(Tensor::weight)] = weight;
  read[static_cast<int>(Tensor::bias)] = bias;
  read[static_cast<int>(Tensor::psum)] = psum;
  read[static_cast<int>(Tensor::index)] = 4 * index_table_entries(context, plan.channels);
  read[static_cast<int>(Tensor::input_exponent)] = input_exponents;
  read[static_cast<int>(Tensor::weight_exponent)] = weight_exponents;
  traffic.write[static_cast<int>(Tensor::psum)] = psum;
  traffic.write[static_cast<int>(Tensor::output)] = output;

  const uint64_t burst = context.arch.dram.burst_bytes;
  traffic.bus_bytes =
      on_bus(input, input_run(context, plan), burst) + on_bus(weight, weight_run(context, plan), burst) +
      bias +
      on_bus(input_exponents,
             exponents_beside(p.input_block(), p.input_bits(), plan.tiles.channels, input_run(context, plan)),
             burst) +
      on_bus(
          weight_exponents,
          exponents_beside(p.weight_block(), p.weight_bits(), plan.tiles.channels, weight_run(context, plan)),
          burst) +
      on_bus(2 * psum, result_run(context, plan, 4), burst) +
      on_bus(output, result_run(context, plan, p.output_bytes()), burst);
  return traffic;
}

DramBytes compulsory_traffic(const Problem& p) {
  const uint64_t pixels = touched_coordinates(vertical_axis(p)) * touched_coordinates(horizontal_axis(p));
  return {p.bytes_of_pixels(pixels) + p.exponents_of_pixels(pixels) + p.weight_bytes() +
              p.weight_exponent_bytes + p.bias_bytes(),
          p.output_elements() * p.output_bytes()};
}

}  // namespace systole
