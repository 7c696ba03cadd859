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

Box requested_box(const Problem& p, uint32_t tile_m) {
  if (tile_m == 0) throw MappingError("mapping: tile m is 0; legal: 1 or more");
  if (tile_m >= p.gemm_m()) return {p.N, p.P, p.Q};
  if (tile_m <= p.Q) return {1, 1, tile_m};
  const uint32_t rows = tile_m / p.Q;
  if (tile_m % p.Q == 0 && rows <= p.P) return {1, rows, p.Q};
  if (tile_m % p.Q == 0 && rows % p.P == 0) return {rows / p.P, p.P, p.Q};
  throw MappingError(
      fmt::format("mapping: tile m of {} is no box of outputs; legal: at most {} (part of a row), a "
                  "multiple of {} up to {} (rows), or a multiple of {} (images)",
                  tile_m, p.Q, p.Q, uint64_t{p.P} * p.Q, uint64_t{p.P} * p.Q));
}

uint32_t requested_channels(const Problem& p, uint32_t tile_k) {
  const uint32_t taps = p.R * p.S;
  if (tile_k >= p.gemm_k()) return p.C;
  if (tile_k == 0 || tile_k % taps != 0) {
    throw MappingError(fmt::format(
        "mapping: tile k of {} does not take whole channels; legal: a multiple of {} (R x S)", tile_k, taps));
  }
  return tile_k / taps;
}

uint32_t requested_filters(const Problem& p, uint32_t tile_n) {
  if (tile_n == 0) throw MappingError("mapping: tile n is 0; legal: 1 or more");
  return std::min(tile_n, p.M);
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
  Candidates c;
  c.orders = orders_of(request);
  if (context.residency == Residency::sram) {
    const Tiles whole = whole_layer(p);
    c.groups = {whole.groups}, c.filters = {whole.filters}, c.channels = {whole.channels};
    c.boxes = {{whole.images, whole.rows, whole.cols}};
    return c;
  }
  c.groups = few_sizes_of(p.groups);
  if (request.tile_m) {
    c.boxes = {requested_box(p, *request.tile_m)};
  } else {
    c.boxes = boxes_of(context);
  }
  if (request.tile_n) {
    c.filters = {requested_filters(p, *request.tile_n)};
  } else {
    c.filters = sizes_of(p.M, array_extent(context.traits, array, kN));
  }
  if (request.tile_k) {
    c.channels = {requested_channels(p, *request.tile_k)};
  } else {
    // Whole bursts too, so that neighbouring tiles do not both ask for the one between them.
    const uint64_t burst = std::max<uint64_t>(1, context.arch.dram.burst_bytes / p.operand_bytes());
    c.channels = sizes_of(p.C, round_up(array_extent(context.traits, array, kK), burst));
  }
  return c;
}

}  // namespace systole
