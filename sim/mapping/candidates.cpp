#include "sim/mapping/candidates.h"

#include <fmt/format.h>

#include <algorithm>

namespace systole {
namespace {

constexpr GemmDim kM = GemmDim::m, kN = GemmDim::n, kK = GemmDim::k;

/// The whole extent, equal parts of it rounded up to what the array takes at once, and down to a single
/// element; descending. Beyond eight parts the steps grow, so that the list stays short.
std::vector<uint32_t> sizes_of(uint32_t extent, uint64_t unit) {
  std::vector<uint32_t> sizes{extent};
  const auto offer = [&](uint64_t size) {
    if (size < extent && size > 0) sizes.push_back(static_cast<uint32_t>(size));
  };
  for (uint64_t parts = 2; parts < extent; parts += std::max<uint64_t>(1, parts / 4)) {
    const uint64_t part = div_up(extent, parts);
    offer(round_up(part, unit));
    if (part < unit) offer(part);
  }
  offer(unit);
  offer(1);
  std::sort(sizes.begin(), sizes.end(), std::greater<>());
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  return sizes;
}

/// A few sizes, for dimensions that are cut only in combination with another.
std::vector<uint32_t> few_sizes_of(uint32_t extent) {
  std::vector<uint32_t> sizes;
  for (uint64_t parts = 1; parts < 2 * uint64_t{extent}; parts *= 2) {
    const uint32_t size = static_cast<uint32_t>(div_up(extent, parts));
    if (sizes.empty() || sizes.back() != size) sizes.push_back(size);
  }
  return sizes;
}

std::vector<Box> boxes_of(const TileContext& context) {
  const Problem& p = context.problem;
  const uint64_t unit = array_extent(context.traits, context.arch.pe_array, kM);
  std::vector<Box> boxes{{p.N, p.P, p.Q}};
  const auto offer = [&](uint32_t images, uint32_t rows, uint32_t cols) {
    boxes.push_back({images, rows, cols});
  };
  const uint64_t image = uint64_t{p.P} * p.Q;
  for (uint32_t images : sizes_of(p.N, div_up(unit, image))) {
    if (images < p.N) offer(images, p.P, p.Q);
  }
  for (uint32_t rows : sizes_of(p.P, div_up(unit, p.Q))) {
    if (rows < p.P) offer(1, rows, p.Q);
  }
  if (p.P == 1) {
    for (uint32_t cols : sizes_of(p.Q, unit)) {
      if (cols < p.Q) offer(1, 1, cols);
    }
    return boxes;
  }
  for (uint32_t cols : few_sizes_of(p.Q)) {
    for (uint32_t rows : few_sizes_of(p.P)) {
      if (cols < p.Q) offer(1, rows, cols);
    }
  }
  return boxes;
}

/// Elements of a dimension that tiles are cut by: those of whole bytes, where the dimension is the innermost
/// of a packed tensor, and channels by whole blocks; 1 elsewhere.
struct Grain {
  uint64_t cols = 1, filters = 1, channels = 1, groups = 1;

  explicit Grain(const Problem& p) {
    const uint64_t input = traits_of(p.formats.input).whole_bytes(),
                   weight = traits_of(p.formats.weight).whole_bytes();
    (p.input.channel == 1 ? channels : cols) = input;
    uint64_t& of_weight = p.weight.channel == 1 ? channels : filters;
    of_weight = std::max(of_weight, weight);
    channels = std::max<uint64_t>({channels, p.input_block(), p.weight_block()});
    // The groups of a convolution follow one another in a pixel's row: cut between bytes, each with all its
    // channels.
    if (p.groups == 1 || p.input.group != p.C || p.C % input == 0) return;
    groups = input;
    channels = p.C;
  }
};

/// A size is kept as it is or refused with the nearest legal ones; 0: there is none on that side.
[[noreturn]] void refuse_size(char dim, uint64_t asked, uint64_t below, uint64_t above,
                              const std::string& rule) {
  std::string nearest;
  if (below > 0) nearest = fmt::format("{}", below);
  if (above > 0) nearest += fmt::format("{}{}", nearest.empty() ? "" : " or ", above);
  throw MappingError(
      fmt::format("mapping: tile {} of {} cannot be kept, legal: {} ({})", dim, asked, nearest, rule));
}

/// Refuses what is neither `whole` nor a multiple of `unit` below it.
void check_size(char dim, uint64_t asked, uint64_t unit, uint64_t whole, const std::string& rule) {
  if (asked == whole) return;
  if (asked > whole) refuse_size(dim, asked, whole, 0, rule);
  if (asked == 0 || asked % unit != 0)
    refuse_size(dim, asked, asked / unit * unit, std::min(asked / unit * unit + unit, whole), rule);
}

/// What a rule says of tiles that are cut between bytes, or between blocks.
std::string by_bytes(uint64_t grain, const char* what = "the numbers of a byte") {
  return grain > 1 ? fmt::format("; by {}, {}", grain, what) : "";
}

Box requested_box(const Problem& p, uint64_t grain, uint32_t tile_m) {
  const uint64_t image = uint64_t{p.P} * p.Q;
  std::string rule = fmt::format("up to {}{}", p.Q, p.P * p.N == 1 ? "" : ", part of an output row");
  if (p.P > 1) rule += fmt::format("; a multiple of {} up to {}, rows", p.Q, image);
  if (p.N > 1) rule += fmt::format("; a multiple of {} up to {}, images", image, p.gemm_m());
  const uint64_t unit = tile_m <= p.Q ? grain : tile_m <= image ? p.Q : image;
  check_size('m', tile_m, unit, p.gemm_m(), rule + by_bytes(grain));
  if (tile_m < p.Q) return {1, 1, tile_m};
  const uint32_t rows = tile_m / p.Q;
  return {rows > p.P ? rows / p.P : 1, std::min(rows, p.P), p.Q};
}

uint32_t requested_channels(const Problem& p, uint64_t grain, uint32_t tile_k) {
  const uint64_t taps = uint64_t{p.R} * p.S;
  const std::string rule =
      taps == 1 ? fmt::format("up to {}", p.C)
                : fmt::format("a multiple of {} up to {}, channels with all their taps", taps, p.gemm_k());
  const char* what = p.is_block_scaled() ? "a block that shares an exponent" : "the numbers of a byte";
  check_size('k', tile_k, taps * grain, p.gemm_k(), rule + by_bytes(grain, what));
  return static_cast<uint32_t>(tile_k / taps);
}

uint32_t requested_filters(const Problem& p, uint64_t grain, uint32_t tile_n) {
  const std::string rule = fmt::format("up to {}{}", p.M, p.groups > 1 ? " of a group" : "");
  check_size('n', tile_n, grain, p.M, rule + by_bytes(grain));
  return tile_n;
}

template <class Size>
void keep_multiples(uint64_t grain, uint32_t whole, std::vector<Size>& sizes, uint32_t Size::*member) {
  const auto splits = [=](const Size& size) { return size.*member != whole && size.*member % grain != 0; };
  sizes.erase(std::remove_if(sizes.begin(), sizes.end(), splits), sizes.end());
}

void keep_multiples(uint64_t grain, uint32_t whole, std::vector<uint32_t>& sizes) {
  if (grain == 1) return;
  const auto splits = [=](uint32_t size) { return size != whole && size % grain != 0; };
  sizes.erase(std::remove_if(sizes.begin(), sizes.end(), splits), sizes.end());
  if (sizes.back() > grain && grain < whole) sizes.push_back(static_cast<uint32_t>(grain));
}

/// Where numbers share bytes, tiles are cut between bytes.
void keep_whole_bytes(const Problem& p, const Grain& grain, Candidates& c) {
  keep_multiples(grain.cols, p.Q, c.boxes, &Box::cols);
  keep_multiples(grain.filters, p.M, c.filters);
  keep_multiples(grain.channels, p.C, c.channels);
  keep_multiples(grain.groups, p.groups, c.groups);
}

std::vector<std::array<GemmDim, 3>> orders_of(const MappingRequest& request) {
  if (request.order.empty()) {
    return {{kM, kN, kK}, {kN, kM, kK}, {kM, kK, kN}, {kN, kK, kM}, {kK, kM, kN}, {kK, kN, kM}};
  }
  std::array<GemmDim, 3> order{};
  bool legal = request.order.size() == order.size();
  for (GemmDim dim : {kM, kN, kK}) legal &= std::count(request.order.begin(), request.order.end(), dim) == 1;
  if (!legal) throw MappingError("mapping: order must name each of m, n, k once");
  std::copy(request.order.begin(), request.order.end(), order.begin());
  return {order};
}

}  // namespace

Candidates candidates_of(const TileContext& context, const MappingRequest& request) {
  const Problem& p = context.problem;
  const PeArrayParams& array = context.arch.pe_array;
  const Grain grain(p);
  Candidates c;
  c.orders = orders_of(request);
  if (request.tile_m) c.boxes = {requested_box(p, grain.cols, *request.tile_m)};
  if (request.tile_n) c.filters = {requested_filters(p, grain.filters, *request.tile_n)};
  if (request.tile_k) c.channels = {requested_channels(p, grain.channels, *request.tile_k)};
  if (context.residency == Residency::sram) {
    const Tiles whole = whole_layer(p);
    c.groups = {whole.groups}, c.filters = {whole.filters}, c.channels = {whole.channels};
    c.boxes = {{whole.images, whole.rows, whole.cols}};
    return c;
  }
  c.groups = few_sizes_of(p.groups);
  if (c.boxes.empty()) c.boxes = boxes_of(context);
  if (c.filters.empty())
    c.filters = sizes_of(p.M, round_up(array_extent(context.traits, array, kN), grain.filters));
  if (c.channels.empty()) {
    // Whole bursts too, so that neighbouring tiles do not both ask for the one between them.
    const uint32_t widest = std::max(p.input_bits(), p.weight_bits());
    const uint64_t burst = std::max<uint64_t>(1, 8 * context.arch.dram.burst_bytes / widest);
    const uint64_t unit =
        round_up(array_extent(context.traits, array, kK) * array.mma.instruction_steps(), burst);
    c.channels = sizes_of(p.C, p.is_block_scaled() ? round_up(unit, grain.channels) : unit);
  }
  keep_whole_bytes(p, grain, c);
  return c;
}

}  // namespace systole
