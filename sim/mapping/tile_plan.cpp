#include "sim/mapping/tile_plan.h"

#include <fmt/format.h>

namespace systole {

uint64_t TilePlan::inside(GemmDim dim) const {
  uint64_t product = 1;
  for (int i = 2; i >= 0 && tiles.order[i] != dim; --i) product *= count(tiles.order[i]);
  return product;
}

bool TilePlan::is_one_fold(const TileContext& context, uint64_t m, uint64_t n) const {
  const PeArrayParams& array = context.arch.pe_array;
  return m <= array_extent(context.traits, array, GemmDim::m) &&
         n <= array_extent(context.traits, array, GemmDim::n);
}

TilePlan make_plan(const TileContext& context, const Tiles& tiles, const WindowSums& vertical,
                   const WindowSums& horizontal) {
  const Problem& p = context.problem;
  TilePlan plan;
  plan.tiles = tiles;
  plan.groups = {p.groups, tiles.groups};
  plan.images = {p.N, tiles.images};
  plan.rows = {p.P, tiles.rows};
  plan.cols = {p.Q, tiles.cols};
  plan.filters = {p.M, tiles.filters};
  plan.channels = {p.C, tiles.channels};
  plan.count_m = uint64_t{plan.images.count()} * plan.rows.count() * plan.cols.count();
  plan.count_n = plan.filters.count();
  plan.count_k = plan.channels.count();

  plan.input = input_layout(context, tiles, vertical.max_count, horizontal.max_count);
  plan.weight = weight_layout(context, tiles);
  plan.result = result_layout(context, tiles);
  const uint64_t group_blocks = plan.groups.count();
  plan.bias =
      plan_reserved(context.buffer(Space::weight), p.bias ? uint64_t{tiles.groups} * tiles.filters * 4 : 0,
                    group_blocks * plan.count_n);
  plan.input_buffer = plan_buffer(context.buffer(Space::input), plan.input.bytes, 0,
                                  group_blocks * plan.count_m * plan.count_k);
  plan.weight_buffer = plan_buffer(context.buffer(Space::weight), plan.weight.bytes,
                                   plan.bias.reserved_per_slot(), group_blocks * plan.count_n * plan.count_k);
  plan.output_buffer = plan_buffer(context.buffer(Space::output), plan.result.bytes, 0,
                                   group_blocks * plan.count_m * plan.count_n);

  plan.live_results = plan.inside(GemmDim::k);
  plan.spills = plan.count_k > 1 && plan.live_results > plan.output_buffer.places;
  plan.sums_in_a_row = plan.live_results == 1;
  plan.one_fold = plan.is_one_fold(context, uint64_t{tiles.images} * tiles.rows * tiles.cols, tiles.filters);
  // The neighbour is the (k tiles in between)-th most recent tile; the least recent one makes room.
  bool k_inside_m = false;
  for (int i = 2; i >= 0 && tiles.order[i] != GemmDim::m; --i) k_inside_m |= tiles.order[i] == GemmDim::k;
  plan.keeps_halo =
      context.halo == Halo::keep && (k_inside_m ? plan.count_k : 1) + 1 <= plan.input_buffer.places;
  return plan;
}

TilePlan make_plan(const TileContext& context, const Tiles& tiles) {
  return make_plan(context, tiles, sum_windows(context.vertical, tiles.rows),
                   sum_windows(context.horizontal, tiles.cols));
}

std::string overflow_message(const TileContext& context, const TilePlan& plan) {
  struct Line {
    const char* name;
    Space space;
    const BufferPlan& plan;
  };
  const Tiles& t = plan.tiles;
  for (const Line& line :
       {Line{"input", Space::input, plan.input_buffer}, Line{"weight", Space::weight, plan.weight_buffer},
        Line{"output", Space::output, plan.output_buffer}}) {
    if (line.plan.places) continue;
    const BufferParams& buffer = context.buffer(line.space);
    const bool of_slot = line.plan.slot_bytes != buffer.size;
    return fmt::format(
        "{} tile of {} bytes overflows {}{} buffer ({} bytes) by {} bytes (tile: m {}, n {}, k {}{})",
        line.name, line.plan.place_bytes, of_slot ? "a slot of the " : "the whole ", line.name,
        of_slot ? buffer.slot_bytes() : buffer.size, line.plan.overflow, uint64_t{t.images} * t.rows * t.cols,
        t.filters, uint64_t{t.channels} * context.problem.R * context.problem.S,
        t.groups > 1 ? fmt::format(", groups {}", t.groups) : "");
  }
  return "";
}

Tiles whole_layer(const Problem& p) {
  Tiles tiles;
  tiles.groups = p.groups;
  tiles.images = p.N, tiles.rows = p.P, tiles.cols = p.Q;
  tiles.filters = p.M, tiles.channels = p.C;
  return tiles;
}

}  // namespace systole
