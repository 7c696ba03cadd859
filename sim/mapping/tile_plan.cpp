#include "sim/mapping/tile_plan.h"

#include <fmt/format.h>

#include "sim/mapping/partial_sums.h"

namespace systole {
namespace {

TilePlan count_tiles(const TileContext& context, const Tiles& tiles) {
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
  return plan;
}

void place_input(const TileContext& context, const WindowSums& vertical, const WindowSums& horizontal,
                 TilePlan& plan) {
  const BufferParams& buffer = context.buffer(Space::input);
  plan.input = input_layout(context, plan.tiles, vertical.max_count, horizontal.max_count);
  plan.input_exponents = input_exponent_layout(context, plan.tiles, vertical.max_count, horizontal.max_count);
  plan.index = plan_reserved(buffer, 4 * index_table_entries(context, plan.channels), 1);
  plan.input_buffer =
      plan_buffer(buffer, plan.input.bytes + plan.input_exponents.bytes, plan.index.reserved_per_slot(),
                  plan.groups.count() * plan.count_m * plan.count_k);
}

void place_weight(const TileContext& context, TilePlan& plan) {
  const BufferParams& buffer = context.buffer(Space::weight);
  const uint64_t filters = uint64_t{plan.tiles.groups} * plan.tiles.filters;
  plan.weight = weight_layout(context, plan.tiles);
  plan.weight_exponents = weight_exponent_layout(context, plan.tiles);
  plan.bias = plan_reserved(buffer, filters * context.problem.channel_numbers() * 4,
                            plan.groups.count() * plan.count_n);
  plan.weight_buffer =
      plan_buffer(buffer, plan.weight.bytes + plan.weight_exponents.bytes, plan.bias.reserved_per_slot(),
                  plan.groups.count() * plan.count_n * plan.count_k);
}

}  // namespace

void place_result(const TileContext& context, uint64_t reserved, TilePlan& plan) {
  const BufferParams& buffer = context.buffer(Space::output);
  const uint64_t tiles = plan.groups.count() * plan.count_m * plan.count_n;
  plan.result = result_layout(context, plan.tiles, false);
  plan.output_buffer = plan_buffer(buffer, plan.result.bytes, reserved, tiles);
  if (plan.output_buffer.places == 0 || !partial_sums(context, plan).use_buffer()) return;
  const ResultLayout layout = result_layout(context, plan.tiles, true);
  const BufferPlan places = plan_buffer(buffer, layout.bytes, reserved, tiles);
  if (places.places < plan.output_buffer.places) return;
  plan.result = layout;
  plan.output_buffer = places;
}

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

void set_order(const TileContext& context, const std::array<GemmDim, 3>& order, TilePlan& plan) {
  plan.tiles.order = order;
  plan.live_results = plan.inside(GemmDim::k);
  plan.sums_in_a_row = plan.live_results == 1;
  place_result(context, 0, plan);
  plan.spills = plan.count_k > 1 && plan.live_results > plan.output_buffer.places;
  // The neighbour is the (k tiles in between)-th most recent tile; the least recent one makes room.
  bool k_inside_m = false;
  for (int i = 2; i >= 0 && order[i] != GemmDim::m; --i) k_inside_m |= order[i] == GemmDim::k;
  plan.keeps_halo =
      context.halo != Halo::refetch && (k_inside_m ? plan.count_k : 1) + 1 <= plan.input_buffer.places;
}

bool input_fits(const TileContext& context, const Tiles& tiles, const WindowSums& vertical,
                const WindowSums& horizontal) {
  TilePlan plan = count_tiles(context, tiles);
  place_input(context, vertical, horizontal, plan);
  return plan.input_buffer.places > 0;
}

bool weight_fits(const TileContext& context, const Tiles& tiles) {
  TilePlan plan = count_tiles(context, tiles);
  place_weight(context, plan);
  return plan.weight_buffer.places > 0;
}

bool output_fits(const TileContext& context, const Tiles& tiles) {
  TilePlan plan = count_tiles(context, tiles);
  place_result(context, 0, plan);
  return plan.output_buffer.places > 0;
}

TilePlan make_plan(const TileContext& context, const Tiles& tiles, const WindowSums& vertical,
                   const WindowSums& horizontal) {
  TilePlan plan = count_tiles(context, tiles);
  place_input(context, vertical, horizontal, plan);
  place_weight(context, plan);
  const WindowSums& axis = vertical.blocks > 1 ? vertical : horizontal;  // that consecutive tiles follow
  plan.shares_halo = axis.sum_fresh < axis.sum_count;
  plan.one_fold = plan.is_one_fold(context, uint64_t{tiles.images} * tiles.rows * tiles.cols, tiles.filters);
  set_order(context, tiles.order, plan);
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

uint64_t index_table_entries(const TileContext& context, const Blocks& channels) {
  if (!context.has_index_table()) return 0;
  const uint32_t last = channels.size(channels.count() - 1);
  return uint64_t{context.problem.R} * context.problem.S *
         (channels.block + (last == channels.block ? 0 : last));
}

Tiles whole_layer(const Problem& p) {
  Tiles tiles;
  tiles.groups = p.groups;
  tiles.images = p.N, tiles.rows = p.P, tiles.cols = p.Q;
  tiles.filters = p.M, tiles.channels = p.C;
  return tiles;
}

}  // namespace systole
