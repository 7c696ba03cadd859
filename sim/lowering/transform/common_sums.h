#pragma once
#include <cstdint>
#include <vector>

#include "sim/lowering/transform/linear_form.h"

namespace systole {

/// Rows that share parts: variables from `inputs` on stand for `definitions`, in order; a definition names
/// only variables before its own.
struct SharedForms {
  uint32_t inputs = 0;
  std::vector<LinearForm> definitions, rows;
};

/// Greedy: of the pairs of terms that most rows contain, up to a factor, the one that saves most (in
/// FormCost's order) becomes a variable, as long as any saves anything.
SharedForms share_pairs(uint32_t inputs, const std::vector<LinearForm>& rows, bool whole);

}  // namespace systole
