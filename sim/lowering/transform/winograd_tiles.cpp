#include "sim/lowering/transform/winograd_tiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/lowering/stage/staged_layer.h"
#include "sim/lowering/transform/linear_program.h"
#include "sim/mapping/array_shape.h"
#include "sim/mapping/estimate.h"

namespace systole {
namespace {

constexpr std::array<uint32_t, 3> kTaps = {2, 3, 5};

bool is_covered(uint32_t taps) {
  return taps == 1 || std::find(kTaps.begin(), kTaps.end(), taps) != kTaps.end();
}

CookToom axis_of(uint32_t m, uint32_t taps) {
  const RationalMatrix one = identity_matrix(1);
  return taps == 1 ? CookToom{1, 1, one, one, one} : cook_toom(m, taps);
}

constexpr double kLargestInt16 = 32767, kLargestInt32 = 2147483647;

double largest_magnitude(Format format) {
  return std::max(-traits_of(format).lowest, traits_of(format).highest);
}

int64_t scale_of(uint32_t m, const ConvShape& c) {
  return integer_cook_toom(axis_of(m, c.R)).scale * integer_cook_toom(axis_of(m, c.S)).scale;
}

/// The most channels a group may have so that the scaled sum of an output's products of integers fits int32.
double most_channels(int64_t scale, const ConvShape& c, const LayerFormats& formats) {
  const double product = largest_magnitude(formats.input) * largest_magnitude(formats.weight);
  return std::floor(kLargestInt32 / (static_cast<double>(scale) * c.R * c.S * product));
}

bool sums_fit(uint32_t m, const Layer& layer) {
  const ConvShape& c = layer.conv;
  return c.C / c.G <= most_channels(scale_of(m, c), c, layer.formats());
}

/// The format of what the matrices make of integers: up to F(3,r) int16 where that provably holds it; of
/// larger tiles int32 whatever their filter, so that a tile's format does not hang on the number of its
/// dimensions.
Format operands_of(const WinogradTiles& tiles, const LayerFormats& formats) {
  const auto largest = [&](RationalMatrix CookToom::*matrix, Format format) {
    return largest_magnitude(format) * (largest_absolute_row_sum(tiles.vertical.*matrix) *
                                        largest_absolute_row_sum(tiles.horizontal.*matrix))
                                           .value();
  };
  const bool narrow = largest(&CookToom::data, formats.input) <= kLargestInt16 &&
                      largest(&CookToom::filter, formats.weight) <= kLargestInt16;
  return narrow && std::max(tiles.vertical.m, tiles.horizontal.m) <= 3 ? Format::int16 : Format::int32;
}

WinogradTiles tiles_of(const Problem& p, uint32_t m, bool transform_cse) {
  WinogradTiles tiles;
  tiles.vertical = axis_of(m, p.R);
  tiles.horizontal = axis_of(m, p.S);
  tiles.rows = static_cast<uint32_t>(div_up(p.P, tiles.vertical.m));
  tiles.cols = static_cast<uint32_t>(div_up(p.Q, tiles.horizontal.m));
  LinearOptions options;
  options.transform_cse = transform_cse;
  if (!p.formats.is_float()) {
    for (CookToom* axis : {&tiles.vertical, &tiles.horizontal}) {
      const IntegerCookToom whole = integer_cook_toom(*axis);
      *axis = whole.matrices;
      tiles.scale *= whole.scale;
    }
    tiles.operands = operands_of(tiles, p.formats);
    options.number = LaneNumber::int32;
  }
  const auto program = [&](RationalMatrix CookToom::*matrix) {
    return std::make_shared<LaneProgram>(
        linear_program(tiles.vertical.*matrix, tiles.horizontal.*matrix, options));
  };
  tiles.data = program(&CookToom::data);
  tiles.filter = program(&CookToom::filter);
  options.divisor = tiles.scale;
  tiles.inverse = program(&CookToom::inverse);
  return tiles;
}

std::vector<uint32_t> wanted_choices(const Layer& layer) {
  if (layer.transform.winograd_m) return {*layer.transform.winograd_m};
  return {2, 3, 4, 6};
}

/// Cycles of the passes.
uint64_t cost(const LoweringRequest& request, const Problem& p, const WinogradTiles& tiles) {
  const uint64_t count = uint64_t{p.groups} * p.N * tiles.rows * tiles.cols,
                 lanes = request.arch.vector_unit.lanes;
  const auto steps = [&](const LaneProgram& program) {
    return std::max<uint64_t>({program.steps.size(), program.inputs, program.outputs.size()});
  };
  const uint64_t filters = request.layer.transform.pretransformed ? 0 : uint64_t{p.groups} * p.M * p.C;
  const PeArrayParams pes =
      request.arch.pe_array.taking(LayerFormats::of_operands(tiles.operands).products());
  const uint64_t array = count * tiles.points() * p.C * p.M / pes.peak_macs_per_cycle();
  const uint64_t vector =
      (count * (p.C * steps(*tiles.data) + p.M * steps(*tiles.inverse)) + filters * steps(*tiles.filter)) /
      lanes;
  const uint64_t operands = (count * p.C + filters) * traits_of(tiles.operands).bits / 8;
  const uint64_t between = 2 * tiles.points() * (operands + count * p.M * 4);
  return array + vector + static_cast<uint64_t>(static_cast<double>(between) / bytes_per_cycle(request.arch));
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
  const std::string packed = transforms_decline(request.layer);
  if (!packed.empty()) return packed;
  if (!winograd_choices(request.layer).empty()) return "";
  uint32_t m = 0;
  for (uint32_t choice : wanted_choices(request.layer)) {
    if (m == 0 || scale_of(choice, c) < scale_of(m, c)) m = choice;
  }
  const CookToom v = axis_of(m, c.R), h = axis_of(m, c.S);
  const double most = most_channels(scale_of(m, c), c, request.layer.formats());
  return fmt::format("F({}x{},{}x{}) makes sums {} times as large, and those of {} channels overflow int32{}",
                     v.m, h.m, v.r, h.r, scale_of(m, c), c.C / c.G,
                     most < 1 ? "" : fmt::format("; legal: up to {}", most));
}

std::vector<uint32_t> winograd_choices(const Layer& layer) {
  std::vector<uint32_t> choices;
  for (uint32_t m : wanted_choices(layer)) {
    if (layer.formats().is_float() || sums_fit(m, layer)) choices.push_back(m);
  }
  return choices;
}

WinogradTiles winograd_tiles(const LoweringRequest& request, const Problem& problem, uint32_t m) {
  return tiles_of(problem, m, request.layer.transform.transform_cse);
}

uint32_t cheapest_in_passes(const LoweringRequest& request, const Problem& problem) {
  uint32_t best = 0;
  uint64_t least = 0;
  for (uint32_t m : winograd_choices(request.layer)) {
    const uint64_t cycles = cost(request, problem, winograd_tiles(request, problem, m));
    if (best == 0 || cycles < least) best = m, least = cycles;
  }
  return best;
}

}  // namespace systole
