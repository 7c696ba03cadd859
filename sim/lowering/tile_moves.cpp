#include "sim/lowering/tile_moves.h"

#include <utility>

#include "models/number/block_scale.h"

namespace systole {
namespace {

constexpr uint32_t kSumBits = 32;

/// The blocks that hold a range of channels, which begins with a block.
BlockRange blocks_of(const BlockRange& channels, uint32_t block) {
  return {channels.index, channels.begin / block, (channels.size + block - 1) / block};
}

/// The other direction of a box.
std::vector<BoxDim> reversed(std::vector<BoxDim> dims) {
  for (BoxDim& dim : dims) std::swap(dim.from, dim.to);
  return dims;
}

}  // namespace

InputWindow TileMoves::input_window(const TileStep& s) const {
  InputWindow w;
  w.rows = window_of(context_.vertical, s.rows.begin, s.rows.size);
  w.cols = window_of(context_.horizontal, s.cols.begin, s.cols.size);
  if (!plan_.keeps_halo) return w;
  if (plan_.rows.count() > 1) {
    if (s.rows.index == 0) return w;
    const Window before = window_of(context_.vertical, s.rows.begin - plan_.rows.block, plan_.rows.block);
    w.shared_rows = overlap(before, w.rows);
    w.previous_row = static_cast<uint32_t>(w.rows.first - before.first);
  } else if (s.cols.index > 0) {
    const Window before = window_of(context_.horizontal, s.cols.begin - plan_.cols.block, plan_.cols.block);
    w.shared_cols = overlap(before, w.cols);
    w.previous_col = static_cast<uint32_t>(w.cols.first - before.first);
  }
  return w;
}

TileMoves::InputSide TileMoves::input_elements(const TileStep& s) const {
  const Problem& p = context_.problem;
  return {p.input, plan_.input, dram_.names.input, p.input_bits(), dram_.input, 0, s.channels};
}

TileMoves::InputSide TileMoves::input_exponents(const TileStep& s) const {
  const Problem& p = context_.problem;
  return {p.input_exponents,
          plan_.input_exponents,
          Tensor::input_exponent,
          kExponentBits,
          dram_.input_exponents,
          plan_.input.bytes,
          blocks_of(s.channels, p.input_block())};
}

TileMoves::WeightSide TileMoves::weight_elements(const TileStep& s) const {
  const Problem& p = context_.problem;
  return {p.weight, plan_.weight, dram_.names.weight, p.weight_bits(), dram_.weight, 0, s.channels};
}

TileMoves::WeightSide TileMoves::weight_exponents(const TileStep& s) const {
  const Problem& p = context_.problem;
  return {p.weight_exponents,
          plan_.weight_exponents,
          Tensor::weight_exponent,
          kExponentBits,
          dram_.weight_exponents,
          plan_.weight.bytes,
          blocks_of(s.channels, p.weight_block())};
}

std::optional<Move> TileMoves::load(const InputSide& side, const TileStep& s, const InputWindow& w,
                                    uint64_t place, uint32_t skip_rows, uint32_t skip_cols) {
  const uint32_t rows = w.rows.count - skip_rows, cols = w.cols.count - skip_cols;
  if (rows == 0 || cols == 0) return std::nullopt;
  const auto& t = side.dram;
  const InputLayout& l = side.place;
  const uint64_t first = s.groups.begin * t.group + s.images.begin * t.image +
                         (w.rows.first + skip_rows * w.rows.step) * t.row +
                         (w.cols.first + skip_cols * w.cols.step) * t.pixel + side.channels.begin * t.channel;
  const auto dim = [&](uint64_t size, uint64_t stride, int64_t pitch) {
    return BoxDim{size, static_cast<int64_t>(stride) * side.element, pitch};
  };
  return make_move(side.tensor, side.element,
                   {dim(s.groups.size, t.group, l.group), dim(s.images.size, t.image, l.image),
                    dim(rows, t.row * w.rows.step, l.row), dim(cols, t.pixel * w.cols.step, l.pixel),
                    dim(side.channels.size, t.channel, l.channel)},
                   Space::dram, side.base + first * side.element / 8, Space::input,
                   place + side.offset + (skip_rows * l.row + skip_cols * l.pixel) / 8);
}

std::optional<Move> TileMoves::copy_halo(const InputSide& side, const TileStep& s, const InputWindow& w,
                                         uint64_t from_place, uint64_t to_place) {
  if ((w.shared_rows == 0 && w.shared_cols == 0) || w.rows.count == 0 || w.cols.count == 0)
    return std::nullopt;
  const InputLayout& l = side.place;
  const auto dim = [](uint64_t size, int64_t pitch) { return BoxDim{size, pitch, pitch}; };
  return make_move(
      side.tensor, side.element,
      {dim(s.groups.size, l.group), dim(s.images.size, l.image),
       dim(w.shared_rows ? w.shared_rows : w.rows.count, l.row),
       dim(w.shared_cols ? w.shared_cols : w.cols.count, l.pixel), dim(side.channels.size, l.channel)},
      Space::input, from_place + side.offset + (w.previous_row * l.row + w.previous_col * l.pixel) / 8,
      Space::input, to_place + side.offset);
}

Move TileMoves::load(const WeightSide& side, const TileStep& s, uint64_t place) const {
  const Problem& p = context_.problem;
  const auto& t = side.dram;
  const WeightLayout& l = side.place;
  const uint64_t first =
      s.groups.begin * t.group + s.filters.begin * t.filter + side.channels.begin * t.channel;
  const auto dim = [&](uint64_t size, uint64_t stride, int64_t pitch) {
    return BoxDim{size, static_cast<int64_t>(stride) * side.element, pitch};
  };
  return make_move(
      side.tensor, side.element,
      {dim(s.groups.size, t.group, l.group), dim(s.filters.size, t.filter, l.filter),
       dim(p.R, t.r, l.tap * p.S), dim(p.S, t.s, l.tap), dim(side.channels.size, t.channel, l.channel)},
      Space::dram, side.base + first * side.element / 8, Space::weight, place + side.offset);
}

std::optional<Move> TileMoves::load_input(const TileStep& s, const InputWindow& w, uint64_t place,
                                          uint32_t skip_rows, uint32_t skip_cols) const {
  return load(input_elements(s), s, w, place, skip_rows, skip_cols);
}

std::optional<Move> TileMoves::copy_halo(const TileStep& s, const InputWindow& w, uint64_t from_place,
                                         uint64_t to_place) const {
  return copy_halo(input_elements(s), s, w, from_place, to_place);
}

Move TileMoves::load_weight(const TileStep& s, uint64_t place) const {
  return load(weight_elements(s), s, place);
}

std::optional<Move> TileMoves::load_input_exponents(const TileStep& s, const InputWindow& w, uint64_t place,
                                                    uint32_t skip_rows, uint32_t skip_cols) const {
  if (context_.problem.input_block() == 0) return std::nullopt;
  return load(input_exponents(s), s, w, place, skip_rows, skip_cols);
}

std::optional<Move> TileMoves::copy_halo_exponents(const TileStep& s, const InputWindow& w,
                                                   uint64_t from_place, uint64_t to_place) const {
  if (context_.problem.input_block() == 0) return std::nullopt;
  return copy_halo(input_exponents(s), s, w, from_place, to_place);
}

std::optional<Move> TileMoves::load_weight_exponents(const TileStep& s, uint64_t place) const {
  if (context_.problem.weight_block() == 0) return std::nullopt;
  return load(weight_exponents(s), s, place);
}

Move TileMoves::load_bias(const TileStep& s, uint64_t place) const {
  const uint64_t numbers = context_.problem.channel_numbers();
  const uint64_t first = (uint64_t{s.groups.begin} * context_.problem.M + s.filters.begin) * numbers;
  const BoxDim values{uint64_t{s.groups.size} * s.filters.size * numbers, kSumBits, kSumBits};
  return make_move(Tensor::bias, kSumBits, {values}, Space::dram, dram_.bias + first * 4, Space::weight,
                   place);
}

std::vector<BoxDim> TileMoves::result_dims(const TileStep& s, uint32_t bytes, int64_t pixel,
                                           int64_t group) const {
  const auto& t = context_.problem.output;
  const int64_t element = bytes;
  const auto dim = [&](uint64_t size, int64_t pitch, uint64_t stride) {
    return BoxDim{size, 8 * pitch, 8 * static_cast<int64_t>(stride) * element};
  };
  return {dim(s.groups.size, group, t.group), dim(s.images.size, pixel * s.rows.size * s.cols.size, t.image),
          dim(s.rows.size, pixel * s.cols.size, t.row), dim(s.cols.size, pixel, t.pixel),
          dim(s.filters.size, element, t.channel)};
}

uint64_t TileMoves::result_offset(const TileStep& s) const {
  const auto& t = context_.problem.output;
  return s.groups.begin * t.group + s.images.begin * t.image + s.rows.begin * t.row + s.cols.begin * t.pixel +
         s.filters.begin * t.channel;
}

Move TileMoves::load_psum(const TileStep& s, uint64_t place) const {
  return make_move(Tensor::psum, kSumBits,
                   reversed(result_dims(s, 4, plan_.result.pixel, plan_.result.group)), Space::dram,
                   dram_.psum + result_offset(s) * 4, Space::output, place);
}

Move TileMoves::store_psum(const TileStep& s, uint64_t place) const {
  return make_move(Tensor::psum, kSumBits, result_dims(s, 4, plan_.result.pixel, plan_.result.group),
                   Space::output, place, Space::dram, dram_.psum + result_offset(s) * 4);
}

Move TileMoves::store_output(const TileStep& s, uint64_t place) const {
  const uint32_t element = context_.problem.output_bytes();
  const int64_t pixel = context_.problem.formats.converts() ? plan_.result.narrow_pixel : plan_.result.pixel;
  const int64_t group = plan_.result.group / 4 * element;
  return make_move(dram_.names.output, 8 * element, result_dims(s, element, pixel, group), Space::output,
                   place, Space::dram, dram_.output + result_offset(s) * element);
}

}  // namespace systole
