#include <limits>

#include "models/number/packed.h"

namespace systole {
namespace {

using Limits = std::numeric_limits<int8_t>;

SYSTOLE_INLINE Lane decode(int8_t stored) { return static_cast<Lane>(int32_t{stored}); }
SYSTOLE_INLINE int8_t encode(Lane lane) { return static_cast<int8_t>(lane); }
SYSTOLE_STORED_AS(int8_t)

}  // namespace

const NumberFormat format_int8 =
    integer_format("int8", "8-bit integers", "|i1", 8, Limits::min(), Limits::max(), kStorage);

}  // namespace systole
