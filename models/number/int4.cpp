#include "models/number/packed.h"

namespace systole {
namespace {

SYSTOLE_INLINE Lane decode(uint32_t pattern) {
  return static_cast<Lane>((static_cast<int32_t>(pattern) ^ 8) - 8);
}
SYSTOLE_INLINE uint32_t encode(Lane lane) { return lane & 15; }
SYSTOLE_SHARING_BYTES(4)

}  // namespace

const NumberFormat format_int4 =
    integer_format("int4", "4-bit integers, two a byte", nullptr, 4, -8, 7, kStorage);

}  // namespace systole
