#include "models/number/packed.h"

namespace systole {
namespace {

/// A set bit is 1, a clear one -1: a product is XNOR, a sum of products a population count.
SYSTOLE_INLINE Lane decode(uint32_t pattern) { return 2 * pattern - 1; }
SYSTOLE_INLINE uint32_t encode(Lane lane) { return static_cast<int32_t>(lane) > 0 ? 1 : 0; }
SYSTOLE_SHARING_BYTES(1)

}  // namespace

const NumberFormat format_int1 =
    integer_format("int1", "-1 and 1, eight a byte (XNOR and population count)", nullptr, 1, -1, 1, kStorage);

}  // namespace systole
