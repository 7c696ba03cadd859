#pragma once
// What the algorithms that work in stages share: places in DRAM, mappings of their products, the program.
#include "sim/lowering/lowering.h"

namespace systole {

/// An algorithm's plan for a layer. The tensors of the layout lie where the layer's own do; everything else
/// that the stages name was given out by `space`.
struct StagedLayer {
  explicit StagedLayer(const LoweringRequest& request);

  Problem problem;  ///< of the layer
  DramSpace space;
  DramLayout layout;
  std::vector<Stage> stages;
  size_t prepared = 0;  ///< so many of the first stages are done ahead of time
  GemmMethod gemm;      ///< how its products are carried out, at first as the layer asks

  /// Room for a tensor that only this algorithm needs; counted as workspace.
  uint64_t workspace(uint64_t bytes);
  /// Room for weights that were transformed ahead of time: they replace the layer's own, so they are no
  /// workspace.
  uint64_t ahead(uint64_t bytes) { return space.put(bytes); }
  uint64_t workspace_bytes = 0;
};

/// Why transforms of the operands' blocks and of the results do not take the layer's numbers; empty: they do.
std::string transforms_decline(const Layer& layer);

/// A gemm over `groups` pairs of matrices m x k and k x n: A as [group][m][k], B as [group][n][k], the result
/// as [group][m][n].
Problem batched_product(const LayerFormats& formats, uint32_t groups, uint32_t m, uint32_t n, uint32_t k);
/// Of operands of one format, with sums as results.
Problem batched_product(Format operands, uint32_t groups, uint32_t m, uint32_t n, uint32_t k);

/// What the layer asks to be done to its results.
StagePost post_of(const StagedLayer& layer);

/// Chooses the products' mappings and makes the program. Throws MappingError.
LoweredLayer lower_staged(const LoweringRequest& request, StagedLayer staged);

/// The stages, a line each, products with their mapping.
std::vector<std::string> explain_staged(const LoweringRequest& request, StagedLayer staged);

}  // namespace systole
