#pragma once
#include "models/isa.h"
#include "models/kernel/link.h"

namespace systole {

/// Sequencer to unit. Deep enough that a unit which waits for a token does not hold up the others.
inline constexpr std::size_t kQueueDepth = 16;
using InstructionQueue = Link<Instruction, kQueueDepth>;

}  // namespace systole
