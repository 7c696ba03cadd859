#pragma once
#include <string>

#include "models/kernel/time.h"
#include "sim/report/trace/trace.h"

namespace systole {

/// "conv1: ... from cycle 1,000 on, of 2,000: ..."
std::string left_out_line(const TracedLayer& layer, const std::string& what, Cycle from, Cycle to);

}  // namespace systole
