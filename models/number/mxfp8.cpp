#include "models/number/small_float.h"

namespace systole {
namespace {

using Fields = SmallFloat<uint8_t, 4, 3, TopExponent::finite, true>;
SYSTOLE_STORED_WITH(Fields)

}  // namespace

const NumberFormat format_mxfp8 = block_scaled_format<Fields>(
    "mxfp8", "OCP MXFP8: elements of E4M3 in blocks of 32 that share an 8-bit exponent", kStorage);

}  // namespace systole
