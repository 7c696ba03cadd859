#include <limits>

#include "models/number/packed.h"

namespace systole {
namespace {

using Limits = std::numeric_limits<float>;

SYSTOLE_INLINE Lane decode(Lane stored) { return stored; }
SYSTOLE_INLINE Lane encode(Lane lane) { return lane; }
SYSTOLE_STORED_AS(Lane)

}  // namespace

const NumberFormat format_fp32 = {kStorage,
                                  "fp32",
                                  "IEEE binary32: 8 bits of exponent, 23 of fraction",
                                  "<f4",
                                  32,
                                  LaneNumber::fp32,
                                  Limits::lowest(),
                                  Limits::max(),
                                  -126,
                                  23,
                                  0,
                                  false};

}  // namespace systole
