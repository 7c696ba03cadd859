#include <limits>

#include "models/number/packed.h"

namespace systole {
namespace {

using Limits = std::numeric_limits<int32_t>;

SYSTOLE_INLINE Lane decode(int32_t stored) { return static_cast<Lane>(int32_t{stored}); }
SYSTOLE_INLINE int32_t encode(Lane lane) { return static_cast<int32_t>(lane); }
SYSTOLE_STORED_AS(int32_t)

}  // namespace

const NumberFormat format_int32 =
    integer_format("int32", "32-bit integers", "<i4", 32, Limits::min(), Limits::max(), kStorage);

}  // namespace systole
