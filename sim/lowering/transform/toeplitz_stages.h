#pragma once
#include "sim/lowering/stage/staged_layer.h"

namespace systole {

/// The windows of the layer's input are the rows of a matrix as it stands: gemm, fc, a dense 1x1 filter.
bool is_matrix(const Problem& problem);

/// The layer's own operands, a matrix as they stand, as one product.
ProductStage whole_product(const StagedLayer& staged);

/// Why the layer has no Toeplitz matrix in its format; empty: it has one.
std::string toeplitz_declines(const Problem& problem);

/// The Toeplitz matrix: every window of the input is written to the workspace as a row of its own,
/// [group][image, p, q][r, s, c].
struct ToeplitzStages {
  TransformStage gather;
  ProductStage product;  ///< of the matrix and the filters as they lie there

  explicit ToeplitzStages(StagedLayer& staged);
};

}  // namespace systole
