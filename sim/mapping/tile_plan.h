#pragma once
// A mapping worked out: how many tiles there are, where they lie, and what becomes of partial sums.
#include "sim/mapping/buffer_plan.h"
#include "sim/mapping/tile_layout.h"

namespace systole {

/// A dimension cut into blocks; the last may be smaller.
struct Blocks {
  uint32_t extent = 1, block = 1;
  uint32_t count() const { return (extent + block - 1) / block; }
  uint32_t size(uint32_t index) const {
    const uint32_t begin = index * block;
    return extent - begin < block ? extent - begin : block;
  }
};

struct TilePlan {
  Tiles tiles;
  Blocks groups, images, rows, cols, filters, channels;
  uint64_t count_m = 1, count_n = 1, count_k = 1;  ///< tiles along each gemm dimension
  InputLayout input;
  WeightLayout weight;
  /// Behind the elements in their place: of a block-scaled operand, else nothing.
  InputLayout input_exponents;
  WeightLayout weight_exponents;
  ResultLayout result;
  BufferPlan input_buffer, weight_buffer, output_buffer;
  ReservedPlan bias;   ///< in the weight buffer
  ReservedPlan index;  ///< in the input buffer

  uint64_t live_results = 1;   ///< result tiles under way at once: loops inside that over k
  bool spills = false;         ///< they do not fit the output buffer: partial sums go through DRAM
  bool one_fold = false;       ///< every result tile fits the array at once
  bool sums_in_a_row = false;  ///< the k tiles of a result tile follow one another on the core
  bool shares_halo = false;    ///< consecutive input tiles share input
  bool keeps_halo = false;     ///< what the input tile before holds is copied, not read again

  uint64_t count(GemmDim dim) const {
    return dim == GemmDim::m ? count_m : dim == GemmDim::n ? count_n : count_k;
  }
  uint64_t steps() const { return groups.count() * count_m * count_n * count_k; }
  /// Whether shared input is read again although the user asks for it to be kept.
  bool drops_halo(const TileContext& context) const {
    return context.halo == Halo::keep && shares_halo && !keeps_halo;
  }
  bool fits() const { return input_buffer.places && weight_buffer.places && output_buffer.places; }
  /// Product of the tile counts of the loops inside the one over `dim`.
  uint64_t inside(GemmDim dim) const;
  /// Whether the result tile of gemm extent m x n is summed in one chain of steps over all its k tiles.
  bool is_one_fold(const TileContext& context, uint64_t m, uint64_t n) const;
};

/// `vertical`, `horizontal`: window sums of tiles.rows and tiles.cols.
TilePlan make_plan(const TileContext& context, const Tiles& tiles, const WindowSums& vertical,
                   const WindowSums& horizontal);
/// The same tiles in another order.
void set_order(const TileContext& context, const std::array<GemmDim, 3>& order, TilePlan& plan);
/// Lays the result tile out and finds its places, `reserved` bytes of each slot left free. Partial sums in
/// the buffer alternate between banks where that costs no place.
void place_result(const TileContext& context, uint64_t reserved, TilePlan& plan);
/// Whether the tile of one tensor has a place in its buffer, whatever the order.
bool input_fits(const TileContext& context, const Tiles& tiles, const WindowSums& vertical,
                const WindowSums& horizontal);
bool weight_fits(const TileContext& context, const Tiles& tiles);
bool output_fits(const TileContext& context, const Tiles& tiles);
TilePlan make_plan(const TileContext& context, const Tiles& tiles);

/// Says by how much a tile overflows which buffer; empty: the plan fits.
std::string overflow_message(const TileContext& context, const TilePlan& plan);

/// Offsets in the index table of an algorithm that has one: of a whole tile of channels and of the one at the
/// end.
uint64_t index_table_entries(const TileContext& context, const Blocks& channels);

/// Tiles that take the whole layer.
Tiles whole_layer(const Problem& problem);

}  // namespace systole
