#pragma once
#include <string>

#include "models/memory/dram/unbanked_player.h"
#include "models/memory/params.h"
#include "sim/report/terminal/style.h"

namespace systole {

/// What a played trace showed, a figure a line, then tables by channel and bank and the latencies.
std::string dram_figures(const DramParams& dram, const TraceResult& result, const Style& style);
/// The same of a memory without channels and banks.
std::string dram_figures(const DramParams& dram, const UnbankedTraceResult& result, const Style& style);

}  // namespace systole
