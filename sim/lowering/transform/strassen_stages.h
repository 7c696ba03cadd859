#pragma once
// Strassen's products as stages: operands of sub-blocks, 7^levels products as one batch, the way back.
#include <string>

#include "sim/lowering/stage/staged_layer.h"

namespace systole {

/// Puts four stages in the place of every ProductStage: right operands, left operands, products, inverse.
/// Sides that 2^levels does not divide are completed with zeros. Right operands are made ahead of time where
/// the weights that they come from lie there so. What the product was to do to its results the inverse does.
void use_strassen(const TransformOptions& options, StagedLayer& staged);

/// Why Strassen's products do not take the layer; empty: they do.
std::string strassen_declines(const LoweringRequest& request);

/// Why an algorithm whose products are stages of their own does not carry them out as the layer's `gemm`
/// asks.
std::string staged_gemm_declines(const LoweringRequest& request);
/// The same of an algorithm whose products are no stages of their own.
std::string whole_gemm_declines(const LoweringRequest& request);

}  // namespace systole
