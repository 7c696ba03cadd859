#pragma once
#include <string>

#include "models/accelerator_params.h"
#include "sim/workload/formats.h"

namespace systole {

/// Why the array cannot run at full speed whatever the mapping: a buffer whose banks hand out fewer bytes a
/// cycle than the lanes of the operand that streams from it take. Empty: all are fed.
std::string underfed(const AcceleratorParams& arch, Dataflow dataflow, const LayerFormats& formats);

}  // namespace systole
