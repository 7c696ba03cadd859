#include "models/number/small_float.h"

namespace systole {
namespace {

using Fields = SmallFloat<uint8_t, 4, 3, TopExponent::finite, true>;
SYSTOLE_STORED_WITH(Fields)

}  // namespace

const NumberFormat format_fp8_e4m3 =
    small_float_format<Fields>("fp8_e4m3", "OCP E4M3: up to 448, no infinity, saturates", nullptr, kStorage);

}  // namespace systole
