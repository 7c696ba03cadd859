#pragma once
// How tiles lie in the buffers, so that the feeders' lanes fall into different banks. Pitches of operands are
// in bits, those of results in bytes.
#include <cstdint>

#include "models/accelerator_params.h"
#include "sim/mapping/array_shape.h"
#include "sim/mapping/mapping.h"
#include "sim/mapping/window.h"

namespace systole {

/// What stays the same for all mappings of a layer.
struct TileContext {
  Problem problem;
  AcceleratorParams arch;  ///< its array as the problem's products find it: PeArrayParams::taking
  DataflowTraits traits;
  std::optional<Halo> halo;  ///< what is asked for
  Residency residency = Residency::dram;
  Indexing indexing = Indexing::loops;
  WindowAxis vertical, horizontal;

  /// Throws MappingError if the array does not sum such products.
  TileContext(const Problem& problem, const AcceleratorParams& arch, Dataflow dataflow,
              std::optional<Halo> halo, Residency residency, Indexing indexing = Indexing::loops);
  /// k is one dimension to the array, padded once at its end.
  bool flatten_k() const { return indexing != Indexing::loops; }
  bool has_index_table() const { return indexing == Indexing::table && problem.R * problem.S > 1; }
  const BufferParams& buffer(Space space) const { return arch.buffers[static_cast<int>(space)]; }
};

/// Input tile: [image][row][column][group, channel]; a plain gemm's groups (its batch) lie outermost instead.
/// With k contiguous in DRAM along gemm.m (transpose_a), [group][channel][column].
struct InputLayout {
  int64_t group = 0, image = 0, row = 0, pixel = 0, channel = 0;
  uint64_t bytes = 0;
};

/// Weight tile: [group][filter][tap][channel], or [group][channel][filter] for a gemm's untransposed B.
struct WeightLayout {
  int64_t group = 0, filter = 0, tap = 0, channel = 0;
  uint64_t bytes = 0;
};

/// Exponents of a block-scaled tile, a byte a block, in the order of its elements; nothing of any other.
InputLayout input_exponent_layout(const TileContext& context, const Tiles& tiles, uint32_t rows,
                                  uint32_t cols);
WeightLayout weight_exponent_layout(const TileContext& context, const Tiles& tiles);

/// Result tile: [gemm.m][group, filter] of 4 bytes, then converted in place to outputs of fewer, of pitch
/// `narrow_pixel`.
struct ResultLayout {
  int64_t pixel = 0, group = 0, narrow_pixel = 0;
  uint64_t bytes = 0;
};

/// `rows`, `cols`: most stored input coordinates of any tile.
InputLayout input_layout(const TileContext& context, const Tiles& tiles, uint32_t rows, uint32_t cols);
WeightLayout weight_layout(const TileContext& context, const Tiles& tiles);
/// `alternates`: where the banks suffice, results that leave the array in consecutive cycles share no bank,
/// so that partial sums are read and written in a cycle.
ResultLayout result_layout(const TileContext& context, const Tiles& tiles, bool alternates);

}  // namespace systole
