#pragma once
// Which products an array sums, and why it does not sum others.
#include <string>

#include "models/compute/params.h"

namespace systole {

/// Why a rule does not sum products of these formats; "": it does.
std::string refusal_of(SumRule rule, const ProductFormats& formats);

/// Why an array's MMA units do not: no rule for their format, one that does not take them, or aligned blocks
/// of other than a step's products. "": they do.
std::string refusal_of(const MmaParams& mma, const ProductFormats& formats);

/// "1/4", "2"
std::string rate_text(const MmaRate& rate);

}  // namespace systole
