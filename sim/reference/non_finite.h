#pragma once
// Where numbers come from that are not finite.
#include <cstdint>
#include <string>
#include <vector>

#include "sim/reference/check.h"

namespace systole {

/// Of a tensor of a floating-point format of whole bytes.
bool all_finite(Format format, const std::vector<uint8_t>& numbers);

/// What can make outputs infinite or NaN in a floating-point layer, for people: operands that are not finite,
/// by the first of each tensor, and the first stage in which finite numbers overflow. Empty if there is
/// nothing.
std::string non_finite_causes(const Layer& layer, const OutputRecipe& recipe, const TensorData& data,
                              unsigned threads);

}  // namespace systole
