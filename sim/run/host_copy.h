#pragma once
#include "models/accelerator.h"
#include "models/accelerator_params.h"
#include "models/isa.h"

namespace systole {

/// Copies a box between the memories of the machine outside simulated time. Throws MachineError for an
/// address outside of them.
void host_copy(Accelerator& machine, const AcceleratorParams& params, uint64_t dram_bytes, const Move& move);

}  // namespace systole
