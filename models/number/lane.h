#pragma once
#include <cstdint>

namespace systole {

/// A number inside the machine: the bits of an fp32 or of an int32. Every operand format converts to one of
/// the two without rounding.
using Lane = uint32_t;

/// What lanes hold. int32 wraps around.
enum class LaneNumber : uint8_t { fp32, int32 };

/// The one NaN as which results are stored: which of several NaNs a sum hands on is for the host's
/// instructions to choose.
inline constexpr Lane kFp32Nan = 0x7FC00000U;

}  // namespace systole
