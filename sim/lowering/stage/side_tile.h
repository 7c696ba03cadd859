#pragma once
// A block of items of one side of a transform, as it lies in a buffer and as boxes between there and DRAM.
#include <optional>

#include "sim/lowering/box.h"
#include "sim/lowering/stage/stage.h"

namespace systole {

/// A block of items: `begin` and `size` along each axis.
struct ItemBlock {
  std::array<uint32_t, 5> begin{}, size{1, 1, 1, 1, 1};
};

/// What a block stores along an axis: a span of coordinates (windows), or items of each tap.
struct StoredAxis {
  int64_t first = 0;    ///< coordinate of the span
  uint32_t count = 0;   ///< coordinates of the span; items a tap
  uint32_t places = 0;  ///< in all
};
StoredAxis stored_axis(const StageAxis& axis, uint32_t begin, uint32_t items);

/// The pitches of a side's tiles, laid out for the largest of them: [items 0][items
/// 1][vertical][horizontal][items 4].
class SideTile {
 public:
  SideTile(const StageSide& side, const std::array<uint32_t, 5>& block, const std::array<uint32_t, 5>& items);

  uint64_t bytes() const { return bytes_; }
  int64_t row_bytes() const { return row_ / 8; }
  int64_t pixel_bytes() const { return pixel_ / 8; }
  int64_t outer_bytes(int i) const { return outer_[i] / 8; }
  Format format() const { return side_.format; }

  /// The block at `place` as the vector unit sees it.
  LaneView view(const ItemBlock& block, Space buffer, uint64_t place) const;

  /// Boxes between DRAM and the tile at `place`. Of a source the first `skip_rows` stored rows are left out.
  /// `format`: of the elements, where the tile may have been converted in place.
  std::vector<Move> moves(const ItemBlock& block, Space buffer, uint64_t place, bool into_buffer,
                          uint32_t skip_rows, Format format) const;
  /// Places along an axis that hold something, as they follow one another: a window's are one span, else a
  /// span a tap.
  struct Span {
    uint32_t first = 0, count = 0;
  };
  std::vector<Span> row_spans(const ItemBlock& block) const;
  std::vector<Span> col_spans(const ItemBlock& block) const;

  /// The rows that this block shares with the one before, from the place of that to its own; none: there are
  /// none.
  std::optional<Move> copy_shared_rows(const ItemBlock& before, const ItemBlock& block, Space buffer,
                                       uint64_t from, uint64_t to) const;
  uint32_t shared_rows(const ItemBlock& before, const ItemBlock& block) const;

 private:
  StageSide side_;
  int64_t pixel_ = 0, row_ = 0;  ///< bits between stored places of the axes, whole bytes
  std::array<int64_t, 2> outer_{};
  uint64_t bytes_ = 0;
  uint32_t rows_in_tap_ = 0, cols_in_tap_ = 0;  ///< planes: items a tap of the largest block
  LaneTaps taps_;
};

}  // namespace systole
