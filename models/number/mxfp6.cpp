#include "models/number/small_float.h"

namespace systole {
namespace {

using Fields = SmallFloat<uint8_t, 2, 3, TopExponent::numbers, true>;
SYSTOLE_PACKED_WITH(Fields)

}  // namespace

const NumberFormat format_mxfp6 = block_scaled_format<Fields>(
    "mxfp6", "OCP MXFP6: elements of E2M3, up to 7.5, four in three bytes, in blocks of 32 as mxfp8",
    kStorage);

}  // namespace systole
