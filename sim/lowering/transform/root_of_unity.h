#pragma once
// cos and sin of whole parts of a turn, the same bits on every machine.
#include <cstdint>

namespace systole {

struct UnitRoot {
  float re = 1, im = 0;
};

/// exp(-2 pi i k / n), each part rounded once to fp32; k of either sign. Exact 0, 1/2 and 1, and parts of
/// mirrored angles are equal up to sign: the angle is reduced to [0, pi/4] as a whole number, and only there
/// a series is summed, by IEEE double additions and products in a fixed order (no libm).
UnitRoot unit_root(int64_t k, int64_t n);

}  // namespace systole
