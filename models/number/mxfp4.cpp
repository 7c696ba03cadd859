#include "models/number/small_float.h"

namespace systole {
namespace {

using Fields = SmallFloat<uint8_t, 2, 1, TopExponent::numbers, true>;
SYSTOLE_PACKED_WITH(Fields)

}  // namespace

const NumberFormat format_mxfp4 = block_scaled_format<Fields>(
    "mxfp4", "OCP MXFP4: elements of E2M1, up to 6, two a byte, in blocks of 32 as mxfp8", kStorage);

}  // namespace systole
