#include "models/number/small_float.h"

namespace systole {
namespace {

using Fields = SmallFloat<uint16_t, 5, 10, TopExponent::ieee, false>;
SYSTOLE_STORED_WITH(Fields)

}  // namespace

const NumberFormat format_fp16 =
    small_float_format<Fields>("fp16", "IEEE binary16: 5 bits of exponent, 10 of fraction", "<f2", kStorage);

}  // namespace systole
