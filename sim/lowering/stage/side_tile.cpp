#include "sim/lowering/stage/side_tile.h"

#include <algorithm>

#include "sim/mapping/array_shape.h"

namespace systole {
namespace {

constexpr uint64_t kPlaceAlignment = 64;  // bits

/// Items of a plane that exist: those from `begin` on whose coordinate is inside.
uint32_t existing_items(const StageAxis& axis, uint32_t begin, uint32_t items, uint32_t tap) {
  uint32_t count = 0;
  while (count < items && axis.holds(int64_t{begin} + count, tap)) ++count;
  return count;
}

std::vector<SideTile::Span> spans_of(const StageAxis& axis, uint32_t begin, uint32_t items, uint32_t in_tap) {
  std::vector<SideTile::Span> spans;
  if (axis.window) {
    spans.push_back({0, stored_axis(axis, begin, items).count});
  } else {
    for (uint32_t tap = 0; tap < axis.taps; ++tap)
      spans.push_back({tap * in_tap, existing_items(axis, begin, items, tap)});
  }
  spans.erase(std::remove_if(spans.begin(), spans.end(), [](const auto& span) { return span.count == 0; }),
              spans.end());
  return spans;
}

Bound bound_of(const StageAxis& axis, uint32_t begin, uint32_t items, const StoredAxis& stored) {
  if (axis.extent == 0) return {};
  const bool inside = axis.holds(begin, 0) && axis.holds(begin + items - 1, axis.taps - 1);
  if (inside) return {};
  Bound bound;
  bound.origin = static_cast<int32_t>(axis.coordinate(begin, 0) - (axis.window ? stored.first : 0));
  bound.lane_step = static_cast<int32_t>(axis.step);
  bound.k_step = static_cast<int32_t>(axis.dilation);
  bound.limit = static_cast<int32_t>(axis.window ? std::max<uint32_t>(1, stored.count) : axis.extent);
  if (axis.window && stored.count == 0) bound.origin = -(1 << 30);  // nothing but padding
  return bound;
}

}  // namespace

StoredAxis stored_axis(const StageAxis& axis, uint32_t begin, uint32_t items) {
  StoredAxis stored;
  if (!axis.window) {
    stored.places = items * axis.taps;
    return stored;
  }
  const int64_t low = axis.coordinate(begin, 0), high = axis.coordinate(begin + items - 1, axis.taps - 1) + 1;
  stored.first = std::max<int64_t>(0, low);
  const int64_t stop = axis.extent ? std::min<int64_t>(axis.extent, high) : high;
  stored.count = stored.places = static_cast<uint32_t>(std::max<int64_t>(0, stop - stored.first));
  return stored;
}

SideTile::SideTile(const StageSide& side, const std::array<uint32_t, 5>& block,
                   const std::array<uint32_t, 5>& items)
    : side_(side) {
  // The largest span of any block; a block at the border may be smaller.
  const auto places = [](const StageAxis& axis, uint32_t size, uint32_t extent) {
    uint32_t most = 0;
    for (uint32_t begin = 0; begin < extent; begin += size) {
      most = std::max(most, stored_axis(axis, begin, std::min(size, extent - begin)).places);
    }
    return most;
  };
  const uint64_t rows = places(side.vertical, block[2], items[2]),
                 cols = places(side.horizontal, block[3], items[3]);
  pixel_ = static_cast<int64_t>(round_up(uint64_t{block[4]} * side.bits(), 8));
  row_ = static_cast<int64_t>(cols) * pixel_;
  outer_[1] = static_cast<int64_t>(round_up(rows * static_cast<uint64_t>(row_), kPlaceAlignment));
  outer_[0] = block[1] * outer_[1];
  bytes_ = block[0] * static_cast<uint64_t>(outer_[0]) / 8;
  rows_in_tap_ = block[2];
  cols_in_tap_ = block[3];
  const auto pitch = [](const StageAxis& axis, uint32_t items_in_tap, int64_t place) {
    return place * (axis.window ? axis.dilation : items_in_tap);
  };
  std::vector<LaneTap> taps;
  for (uint32_t u = 0; u < side.vertical.taps; ++u) {
    for (uint32_t v = 0; v < side.horizontal.taps; ++v) {
      taps.push_back(
          {u * pitch(side.vertical, rows_in_tap_, row_) + v * pitch(side.horizontal, cols_in_tap_, pixel_),
           static_cast<int32_t>(u), static_cast<int32_t>(v)});
    }
  }
  taps_ = std::make_shared<const std::vector<LaneTap>>(std::move(taps));
}

LaneView SideTile::view(const ItemBlock& block, Space buffer, uint64_t place) const {
  const StoredAxis rows = stored_axis(side_.vertical, block.begin[2], block.size[2]);
  const StoredAxis cols = stored_axis(side_.horizontal, block.begin[3], block.size[3]);
  const auto origin = [](const StageAxis& axis, uint32_t begin, const StoredAxis& stored) {
    return axis.window && stored.count ? axis.coordinate(begin, 0) - stored.first : 0;
  };
  const auto step = [](const StageAxis& axis) { return axis.window ? int64_t{axis.step} : 1; };
  LaneView view;
  view.buffer = buffer;
  view.base = static_cast<int64_t>(8 * place) + origin(side_.vertical, block.begin[2], rows) * row_ +
              origin(side_.horizontal, block.begin[3], cols) * pixel_;
  view.stride = {outer_[0], outer_[1], step(side_.vertical) * row_, step(side_.horizontal) * pixel_,
                 side_.bits()};
  view.bound = {bound_of(side_.vertical, block.begin[2], block.size[2], rows),
                bound_of(side_.horizontal, block.begin[3], block.size[3], cols)};
  view.taps = taps_;
  view.format = side_.format;
  view.tensor = side_.tensor;
  return view;
}

std::vector<SideTile::Span> SideTile::row_spans(const ItemBlock& block) const {
  return spans_of(side_.vertical, block.begin[2], block.size[2], rows_in_tap_);
}

std::vector<SideTile::Span> SideTile::col_spans(const ItemBlock& block) const {
  return spans_of(side_.horizontal, block.begin[3], block.size[3], cols_in_tap_);
}

std::vector<Move> SideTile::moves(const ItemBlock& block, Space buffer, uint64_t place, bool into_buffer,
                                  uint32_t skip_rows, Format format) const {
  const int64_t element = traits_of(format).bits;
  /// Part of an axis that one box takes: so many places, from where on either side, how far apart (in
  /// places).
  struct Part {
    int64_t dram_first = 0;  ///< elements
    int64_t place_first = 0;
    std::vector<BoxDim> dims;  ///< size, elements in DRAM, places
  };
  const auto parts_of = [](const StageAxis& axis, uint32_t begin, uint32_t items, uint32_t skip,
                           uint32_t in_tap) {
    std::vector<Part> parts;
    const StoredAxis stored = stored_axis(axis, begin, items);
    if (axis.window) {
      if (stored.count <= skip) return parts;
      const int64_t pitch = axis.tap_pitch / axis.dilation;
      parts.push_back({(stored.first + skip) * pitch, skip, {{stored.count - skip, pitch, 1}}});
      return parts;
    }
    if (axis.extent == 0 || axis.holds(begin + items - 1, axis.taps - 1)) {
      parts.push_back(
          {begin * axis.item_pitch, 0, {{items, axis.item_pitch, 1}, {axis.taps, axis.tap_pitch, in_tap}}});
      return parts;
    }
    for (uint32_t tap = 0; tap < axis.taps; ++tap) {
      const uint32_t count = existing_items(axis, begin, items, tap);
      if (count == 0) continue;
      parts.push_back({begin * axis.item_pitch + tap * axis.tap_pitch,
                       int64_t{tap} * in_tap,
                       {{count, axis.item_pitch, 1}}});
    }
    return parts;
  };

  std::vector<Move> moves;
  const auto bits = static_cast<uint32_t>(element);
  for (const Part& v : parts_of(side_.vertical, block.begin[2], block.size[2], skip_rows, rows_in_tap_)) {
    for (const Part& h : parts_of(side_.horizontal, block.begin[3], block.size[3], 0, cols_in_tap_)) {
      std::vector<BoxDim> dims;
      const auto add = [&](uint64_t size, int64_t dram, int64_t tile) {
        dims.push_back(into_buffer ? BoxDim{size, dram * element, tile} : BoxDim{size, tile, dram * element});
      };
      add(block.size[0], side_.outer_pitch[0], outer_[0]);
      add(block.size[1], side_.outer_pitch[1], outer_[1]);
      for (const BoxDim& dim : v.dims) add(dim.size, dim.from, dim.to * row_);
      for (const BoxDim& dim : h.dims) add(dim.size, dim.from, dim.to * pixel_);
      add(block.size[4], side_.inner_pitch, element);
      const int64_t first = block.begin[0] * side_.outer_pitch[0] + block.begin[1] * side_.outer_pitch[1] +
                            v.dram_first + h.dram_first + block.begin[4] * side_.inner_pitch;
      const uint64_t dram = side_.base + static_cast<uint64_t>(first * element) / 8;
      const uint64_t tile = place + static_cast<uint64_t>(v.place_first * row_ + h.place_first * pixel_) / 8;
      moves.push_back(into_buffer ? make_move(side_.tensor, bits, dims, Space::dram, dram, buffer, tile)
                                  : make_move(side_.tensor, bits, dims, buffer, tile, Space::dram, dram));
    }
  }
  return moves;
}

uint32_t SideTile::shared_rows(const ItemBlock& before, const ItemBlock& block) const {
  if (!side_.vertical.window) return 0;
  const StoredAxis a = stored_axis(side_.vertical, before.begin[2], before.size[2]);
  const StoredAxis b = stored_axis(side_.vertical, block.begin[2], block.size[2]);
  if (a.count == 0 || b.count == 0) return 0;
  return static_cast<uint32_t>(std::clamp<int64_t>(a.first + a.count - b.first, 0, b.count));
}

std::optional<Move> SideTile::copy_shared_rows(const ItemBlock& before, const ItemBlock& block, Space buffer,
                                               uint64_t from, uint64_t to) const {
  const uint32_t rows = shared_rows(before, block);
  const StoredAxis cols = stored_axis(side_.horizontal, block.begin[3], block.size[3]);
  if (rows == 0 || cols.places == 0) return std::nullopt;
  const int64_t skipped = stored_axis(side_.vertical, block.begin[2], block.size[2]).first -
                          stored_axis(side_.vertical, before.begin[2], before.size[2]).first;
  const auto dim = [](uint64_t size, int64_t pitch) { return BoxDim{size, pitch, pitch}; };
  return make_move(side_.tensor, side_.bits(),
                   {dim(block.size[0], outer_[0]), dim(block.size[1], outer_[1]), dim(rows, row_),
                    dim(cols.places, pixel_), dim(block.size[4], side_.bits())},
                   buffer, from + static_cast<uint64_t>(skipped * row_) / 8, buffer, to);
}

}  // namespace systole
