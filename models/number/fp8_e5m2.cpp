#include "models/number/small_float.h"

namespace systole {
namespace {

using Fields = SmallFloat<uint8_t, 5, 2, TopExponent::ieee, true>;
SYSTOLE_STORED_WITH(Fields)

}  // namespace

const NumberFormat format_fp8_e5m2 =
    small_float_format<Fields>("fp8_e5m2", "OCP E5M2: up to 57344, saturates", nullptr, kStorage);

}  // namespace systole
