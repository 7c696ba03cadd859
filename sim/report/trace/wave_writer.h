#pragma once
#include "sim/report/trace/trace.h"

namespace systole {

/// trace.vcd, for GTKWave and its like; names of states and layers are its string extension. Written here and
/// not by SystemC's own tracing, which looks at every signal in every delta cycle of its kernel: the machine
/// has no signals, and its clock domains leave the kernel for whole layers (models/kernel/clock_domain.h).
std::vector<std::string> write_waves(const TraceOptions& options, const TracedRun& run);

}  // namespace systole
