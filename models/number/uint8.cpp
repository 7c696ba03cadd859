#include "models/number/packed.h"

namespace systole {
namespace {

SYSTOLE_INLINE Lane decode(uint8_t stored) { return stored; }
SYSTOLE_INLINE uint8_t encode(Lane lane) { return static_cast<uint8_t>(lane); }
SYSTOLE_STORED_AS(uint8_t)

}  // namespace

const NumberFormat format_uint8 =
    integer_format("uint8", "8-bit integers without sign", "|u1", 8, 0, 255, kStorage);

}  // namespace systole
