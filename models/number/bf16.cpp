#include "models/number/small_float.h"

namespace systole {
namespace {

using Fields = SmallFloat<uint16_t, 8, 7, TopExponent::ieee, false>;
SYSTOLE_STORED_WITH(Fields)

}  // namespace

const NumberFormat format_bf16 =
    small_float_format<Fields>("bf16", "bfloat16: 8 bits of exponent, 7 of fraction", nullptr, kStorage);

}  // namespace systole
