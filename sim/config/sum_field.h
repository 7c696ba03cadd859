#pragma once
#include <string>

#include "models/compute/params.h"
#include "sim/config/fields.h"

namespace systole {

/// `pe_array.mma.sum`.
Field<MmaParams> sum_field();
/// A rule by its word, or `aligned_block: {…}`; throws UserError where it is neither.
Summation read_summation(const YamlNode& node, const std::string& key);

}  // namespace systole
