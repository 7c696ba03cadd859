#include <limits>

#include "models/number/packed.h"

namespace systole {
namespace {

using Limits = std::numeric_limits<int16_t>;

SYSTOLE_INLINE Lane decode(int16_t stored) { return static_cast<Lane>(int32_t{stored}); }
SYSTOLE_INLINE int16_t encode(Lane lane) { return static_cast<int16_t>(lane); }
SYSTOLE_STORED_AS(int16_t)

}  // namespace

const NumberFormat format_int16 =
    integer_format("int16", "16-bit integers", "<i2", 16, Limits::min(), Limits::max(), kStorage);

}  // namespace systole
