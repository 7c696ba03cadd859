#include "sim/lowering/transform/fused_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "sim/mapping/estimate.h"

namespace systole {
namespace {

/// The batch of products with Winograd's tiles as pixels. Strides of tensors that never lie in DRAM only keep
/// them apart.
Problem tiled_problem(const Problem& layer, const WinogradTiles& w) {
  Problem p;
  p.groups = layer.groups * w.points();
  p.N = layer.N, p.P = p.H = w.rows, p.Q = p.W = w.cols, p.C = layer.C, p.M = layer.M;
  const uint64_t image = uint64_t{w.rows} * w.cols, channels = p.C, filters = p.M;
  p.input = {p.N * image * channels, image * channels, w.cols * channels, channels, 1};
  p.weight = {filters * channels, channels, channels, channels, 1};
  p.output = {p.N * image * filters, image * filters, w.cols * filters, filters, 1};
  p.formats = LayerFormats::of_operands(w.operands);
  p.input_count = p.groups * p.N * image * channels;
  p.weight_count = p.groups * filters * channels;
  return p;
}

/// The whole extent and its halves, thirds, quarters …, in whole units where there are any; descending.
std::vector<uint32_t> parts_of(uint32_t extent, uint64_t unit) {
  std::vector<uint32_t> sizes{extent};
  for (uint64_t parts = 2; parts <= extent; parts += std::max<uint64_t>(1, parts / 3)) {
    const uint64_t part = div_up(extent, parts);
    for (uint64_t size : {part, round_up(part, unit)}) {
      if (size < sizes.back()) sizes.push_back(static_cast<uint32_t>(size));
    }
  }
  if (sizes.back() != 1) sizes.push_back(1);
  return sizes;
}

class Search {
 public:
  Search(const LoweringRequest& request, const Problem& layer, const WinogradStages& stages)
      : request_(request),
        layer_(layer),
        stages_(stages),
        context_(tiled_problem(layer, stages.tiles), request.arch, request.dataflow, request.layer.halo,
                 Residency::dram),
        folds_(context_) {}

  FusedPlan best() {
    const Problem& p = context_.problem;
    const auto unit = [&](GemmDim dim) { return array_extent(context_.traits, context_.arch.pe_array, dim); };
    Tiles t;
    t.groups = stages_.tiles.points();
    for (uint32_t rows : parts_of(p.P, 1)) {
      for (uint32_t cols : parts_of(p.Q, 1)) {
        if (rows > 1 && cols < p.Q) continue;  // blocks are whole rows of tiles, or part of one row
        for (uint32_t filters : parts_of(p.M, unit(GemmDim::n))) {
          for (uint32_t channels : parts_of(p.C, unit(GemmDim::k))) {
            t.rows = rows, t.cols = cols, t.filters = filters, t.channels = channels;
            for (GemmDim outer : {GemmDim::m, GemmDim::n}) {
              t.order = {outer, outer == GemmDim::m ? GemmDim::n : GemmDim::m, GemmDim::k};
              consider(t);
            }
          }
        }
      }
    }
    if (!best_) throw MappingError(fmt::format("winograd: no legal tile: {}", overflow_));
    return *best_;
  }

 private:
  void consider(const Tiles& tiles) {
    FusedPlan fused = lay_out(tiles);
    TilePlan& plan = fused.plan;
    if (!plan.fits()) {
      overflow_ = overflow_message(context_, plan);
      return;
    }
    // Rows are copied from the block loaded before, which is the neighbour only where each holds all
    // channels.
    plan.keeps_halo = context_.halo != Halo::refetch && plan.count_k == 1 && fused.data_places.places > 1;
    plan.shares_halo = plan.rows.count() > 1 && layer_.R > 1;
    if (plan.drops_halo(context_)) {
      if (overflow_.empty())
        overflow_ = "halo keep: two blocks of raw input, all channels of each, overflow their places";
      return;
    }
    guess(fused);
    const auto key = [](const FusedPlan& f) { return std::pair(f.cycles, f.dram_bytes); };
    if (!best_ || key(fused) < key(*best_)) best_ = std::move(fused);
  }

  FusedPlan lay_out(const Tiles& t) const {
    const TilePlan plan = make_plan(context_, t);
    const SideTile data(stages_.data.source, {1, 1, t.rows, t.cols, t.channels}, stages_.data.items);
    const SideTile filter(stages_.filter.source, {1, t.filters, 1, 1, t.channels}, stages_.filter.items);
    const SideTile output(stages_.inverse.target, {1, 1, t.rows, t.cols, t.filters}, stages_.inverse.items);
    FusedPlan fused{context_, plan, data, filter, output, {}, {}, {}, 0, 1, 1, 0, 0};
    const uint64_t groups = plan.groups.count(), m = plan.count_m, n = plan.count_n, k = plan.count_k;
    const auto& buffer = [&](Space space) -> const BufferParams& { return context_.buffer(space); };
    fused.data_places =
        plan_reserved(buffer(Space::input), std::max<uint64_t>(1, data.bytes()), groups * m * k);
    fused.filter_places =
        plan_reserved(buffer(Space::weight), stages_.ahead ? 0 : filter.bytes(), groups * n * k);
    fused.bias_offset = round_up(output.bytes(), 8);
    fused.output_places = plan_reserved(
        buffer(Space::output), fused.bias_offset + (layer_.bias ? t.filters * 4 : 0), groups * m * n);
    const auto place = [&](Space space, uint64_t bytes, const ReservedPlan& reserved, uint64_t tiles) {
      return plan_buffer(buffer(space), bytes, reserved.reserved_per_slot(), tiles);
    };
    TilePlan& p = fused.plan;
    p.input_buffer = place(Space::input, p.input.bytes, fused.data_places, groups * m * k);
    p.weight_buffer = place(Space::weight, p.weight.bytes, fused.filter_places, groups * n * k);
    // The points of a tile follow one another on the core, so the k tiles of one of them do not.
    if (k > 1) p.sums_in_a_row = false;
    place_result(context_, fused.output_places.reserved_per_slot(), p);
    return fused;
  }

  /// Cycles of the array, the vector unit and DRAM, the longest of which decides.
  void guess(FusedPlan& f) const {
    const TilePlan& plan = f.plan;
    const uint64_t groups = plan.groups.count(), m = plan.count_m, n = plan.count_n, k = plan.count_k;
    const bool m_outer = plan.tiles.order[0] == GemmDim::m;
    // An operand is brought in once if all its tiles that a sweep of the outer loop needs stay.
    const bool data_stays = plan.input_buffer.places >= (m_outer ? k : m * k);
    const bool filter_stays = plan.weight_buffer.places >= (m_outer ? n * k : k);
    f.data_passes = data_stays ? 1 : n;
    f.filter_passes = filter_stays ? 1 : m;
    const uint64_t data_loads = groups * m * k * f.data_passes,
                   filter_loads = groups * n * k * f.filter_passes;
    const auto run_bytes = [&](uint64_t bytes) { return round_up(bytes, request_.arch.dram.burst_bytes); };
    const auto runs = [&](uint64_t count, uint64_t bits) {
      const uint64_t block = plan.tiles.channels * bits / 8;
      return count * (k == 1 ? block : run_bytes(block));
    };
    const uint64_t raw = layer_.input_bits();
    const uint64_t data_bytes = runs(f.data.bytes() * 8 / (plan.tiles.channels * raw), raw);
    const uint64_t filter_bytes =
        stages_.ahead
            ? runs(uint64_t{plan.tiles.filters} * stages_.tiles.points(), context_.problem.weight_bits())
            : runs(uint64_t{plan.tiles.filters} * layer_.R * layer_.S, layer_.weight_bits());
    const uint64_t bias_bytes = layer_.bias ? groups * m * n * plan.tiles.filters * 4 : 0;
    f.dram_bytes = data_loads * data_bytes + filter_loads * filter_bytes + bias_bytes +
                   layer_.output_elements() * layer_.output_bytes();

    const auto steps = [](const LaneProgram& program) {
      return std::max<uint64_t>({program.steps.size(), program.inputs, program.outputs.size()});
    };
    const uint64_t tiles = uint64_t{plan.tiles.rows} * plan.tiles.cols,
                   lanes = request_.arch.vector_unit.lanes;
    uint64_t vector = data_loads * tiles * plan.tiles.channels * steps(*stages_.tiles.data) +
                      groups * m * n * tiles * plan.tiles.filters * steps(*stages_.tiles.inverse);
    if (!stages_.ahead) {
      vector += filter_loads * plan.tiles.filters * plan.tiles.channels * steps(*stages_.tiles.filter);
    }
    const BufferParams& output = context_.buffer(Space::output);
    const uint64_t psums =
        folds_.psum_bytes(plan) / std::max<uint64_t>(1, output.banks * output.word_bytes() / 2);
    const uint64_t array = folds_.compute_cycles(plan) + psums;
    const double rate = bytes_per_cycle(request_.arch);
    const auto dram = [&](uint64_t bytes) {
      return static_cast<uint64_t>(static_cast<double>(bytes) / rate);
    };
    vector /= lanes;
    // The first operands come in, and the last results go out, with nothing to hide under.
    const uint64_t head =
        dram(data_bytes + filter_bytes) + tiles * plan.tiles.channels * steps(*stages_.tiles.data) / lanes;
    const uint64_t tail =
        tiles * plan.tiles.filters * steps(*stages_.tiles.inverse) / lanes + dram(f.output.bytes());
    const bool overlaps =
        plan.input_buffer.places > 1 && plan.weight_buffer.places > 1 && plan.output_buffer.places > 1;
    f.cycles = overlaps ? head + std::max({array, vector, dram(f.dram_bytes)}) + tail
                        : array + vector + dram(f.dram_bytes);
  }

  const LoweringRequest& request_;
  const Problem& layer_;
  const WinogradStages& stages_;
  TileContext context_;
  Estimator folds_;
  std::optional<FusedPlan> best_;
  std::string overflow_;
};

}  // namespace

FusedPlan plan_fused(const LoweringRequest& request, const Problem& layer, const WinogradStages& stages) {
  const MappingRequest& wanted = request.layer.mapping;
  if (wanted.tile_m || wanted.tile_n || wanted.tile_k || !wanted.order.empty()) {
    throw MappingError("mapping: winograd cuts its own tiles; legal: no mapping, or another algorithm");
  }
  return Search(request, layer, stages).best();
}

}  // namespace systole
