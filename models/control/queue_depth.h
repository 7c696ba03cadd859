#pragma once
#include <cstddef>

namespace systole {

/// Instructions between sequencer and unit: enough that a unit which waits for a token does not hold up the
/// others.
inline constexpr std::size_t kQueueDepth = 16;

}  // namespace systole
