#pragma once
#include <string>

#include "models/memory/dram/banked/trace_player.h"
#include "models/memory/params.h"

namespace systole {

/// What a played trace showed, a figure a line, then tables by channel and bank and the latencies.
std::string dram_figures(const DramParams& dram, const TraceResult& result);

}  // namespace systole
