#include "sim/lowering/transform/winograd_tiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/lowering/transform/linear_program.h"
#include "sim/mapping/array_shape.h"

namespace systole {
namespace {

constexpr std::array<uint32_t, 4> kOutputTiles = {2, 3, 4, 6};
constexpr std::array<uint32_t, 3> kTaps = {2, 3, 5};

bool is_covered(uint32_t taps) {
  return taps == 1 || std::find(kTaps.begin(), kTaps.end(), taps) != kTaps.end();
}

CookToom axis_of(uint32_t m, uint32_t taps) {
  const RationalMatrix one = identity_matrix(1);
  return taps == 1 ? CookToom{1, 1, one, one, one} : cook_toom(m, taps);
}

WinogradTiles tiles_of(const Problem& p, uint32_t m, bool transform_cse) {
  WinogradTiles tiles;
  tiles.vertical = axis_of(m, p.R);
  tiles.horizontal = axis_of(m, p.S);
  tiles.rows = static_cast<uint32_t>(div_up(p.P, tiles.vertical.m));
  tiles.cols = static_cast<uint32_t>(div_up(p.Q, tiles.horizontal.m));
  LinearOptions options;
  options.transform_cse = transform_cse;
  const auto program = [&](RationalMatrix CookToom::*matrix) {
    return std::make_shared<LaneProgram>(
        linear_program(tiles.vertical.*matrix, tiles.horizontal.*matrix, options));
  };
  tiles.data = program(&CookToom::data);
  tiles.filter = program(&CookToom::filter);
  tiles.inverse = program(&CookToom::inverse);
  return tiles;
}

/// Cycles of a full array and of the vector unit, as if one waited for the other.
uint64_t cost(const LoweringRequest& request, const Problem& p, const WinogradTiles& tiles) {
  const uint64_t count = uint64_t{p.groups} * p.N * tiles.rows * tiles.cols,
                 lanes = request.arch.vector_unit.lanes;
  const auto steps = [&](const LaneProgram& program) {
    return std::max<uint64_t>({program.steps.size(), program.inputs, program.outputs.size()});
  };
  const uint64_t filters = request.layer.transform.pretransformed ? 0 : uint64_t{p.groups} * p.M * p.C;
  return count * tiles.points() * p.C * p.M / request.arch.pe_array.peak_macs_per_cycle() +
         (count * (p.C * steps(*tiles.data) + p.M * steps(*tiles.inverse)) + filters * steps(*tiles.filter)) /
             lanes;
}

}  // namespace

std::string winograd_declines(const LoweringRequest& request) {
  if (request.layer.type != LayerType::conv) return "only convolutions have windows that overlap";
  const ConvShape& c = request.layer.conv;
  if (c.R == 1 && c.S == 1) return "a 1x1 filter has no windows that overlap";
  if (!is_covered(c.R) || !is_covered(c.S)) {
    return fmt::format("a filter of {}x{}; legal along either axis: 1, 2, 3 and 5 taps", c.R, c.S);
  }
  if (c.stride != std::array<uint32_t, 2>{1, 1}) return "the stride is not 1";
  if (c.dilation != std::array<uint32_t, 2>{1, 1}) return "the filter is dilated";
  if (request.residency == Residency::sram) return "its transforms work from DRAM, and residency is sram";
  if (request.layer.format == Format::int8) return "the array has no format for its transformed integers";
  return "";
}

WinogradTiles winograd_tiles(const LoweringRequest& request, const Problem& problem) {
  const TransformOptions& options = request.layer.transform;
  if (options.winograd_m) return tiles_of(problem, *options.winograd_m, options.transform_cse);
  WinogradTiles best;
  for (uint32_t m : kOutputTiles) {
    const WinogradTiles tiles = tiles_of(problem, m, options.transform_cse);
    if (!best.data || cost(request, problem, tiles) < cost(request, problem, best)) best = tiles;
  }
  return best;
}

}  // namespace systole
