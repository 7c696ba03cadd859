#pragma once
// The boxes that carry a step's tiles between DRAM and the buffers.
#include <optional>

#include "sim/lowering/box.h"
#include "sim/lowering/lowering.h"
#include "sim/lowering/tile_walk.h"

namespace systole {

/// What an input tile stores, and what of it the tile before it in gemm.m stores too (its first rows or
/// columns).
struct InputWindow {
  Window rows, cols;
  uint32_t shared_rows = 0, shared_cols = 0;    ///< at most one is not 0
  uint32_t previous_row = 0, previous_col = 0;  ///< where the shared part starts in the tile before
};

class TileMoves {
 public:
  TileMoves(const TileContext& context, const TilePlan& plan, const DramLayout& dram)
      : context_(context), plan_(plan), dram_(dram) {}

  InputWindow input_window(const TileStep& step) const;
  /// The stored input without its first `skip_rows` rows and `skip_cols` columns; none: nothing is left.
  std::optional<Move> load_input(const TileStep& step, const InputWindow& window, uint64_t place,
                                 uint32_t skip_rows, uint32_t skip_cols) const;
  std::optional<Move> copy_halo(const TileStep& step, const InputWindow& window, uint64_t from_place,
                                uint64_t to_place) const;
  Move load_weight(const TileStep& step, uint64_t place) const;
  /// The same of the exponents that lie behind a block-scaled operand's elements; none: it is not
  /// block-scaled.
  std::optional<Move> load_input_exponents(const TileStep& step, const InputWindow& window, uint64_t place,
                                           uint32_t skip_rows, uint32_t skip_cols) const;
  std::optional<Move> copy_halo_exponents(const TileStep& step, const InputWindow& window,
                                          uint64_t from_place, uint64_t to_place) const;
  std::optional<Move> load_weight_exponents(const TileStep& step, uint64_t place) const;
  Move load_bias(const TileStep& step, uint64_t place) const;
  Move load_psum(const TileStep& step, uint64_t place) const;
  Move store_psum(const TileStep& step, uint64_t place) const;
  Move store_output(const TileStep& step, uint64_t place) const;

 private:
  /// A tensor of the input's or the weight's shape: its numbers in DRAM and in a place.
  template <class Strides, class Layout>
  struct Side {
    const Strides& dram;
    const Layout& place;
    Tensor tensor;
    uint32_t element;       ///< bits
    uint64_t base, offset;  ///< bytes: of the tensor in DRAM, of its numbers in a place
    BlockRange channels;    ///< or blocks of them
  };
  using InputSide = Side<Problem::InputStrides, InputLayout>;
  using WeightSide = Side<Problem::WeightStrides, WeightLayout>;
  InputSide input_elements(const TileStep& step) const;
  InputSide input_exponents(const TileStep& step) const;
  WeightSide weight_elements(const TileStep& step) const;
  WeightSide weight_exponents(const TileStep& step) const;
  static std::optional<Move> load(const InputSide& side, const TileStep& step, const InputWindow& window,
                                  uint64_t place, uint32_t skip_rows, uint32_t skip_cols);
  static std::optional<Move> copy_halo(const InputSide& side, const TileStep& step, const InputWindow& window,
                                       uint64_t from_place, uint64_t to_place);
  Move load(const WeightSide& side, const TileStep& step, uint64_t place) const;
  std::vector<BoxDim> result_dims(const TileStep& step, uint32_t bytes, int64_t pixel, int64_t group) const;
  uint64_t result_offset(const TileStep& step) const;  ///< elements into output and psum

  TileContext context_;
  TilePlan plan_;
  DramLayout dram_;
};

}  // namespace systole
