#pragma once
#include "models/control/queue_depth.h"
#include "models/isa.h"
#include "models/kernel/link.h"

namespace systole {

/// Sequencer to unit.
using InstructionQueue = Link<Instruction, kQueueDepth>;

}  // namespace systole
