#pragma once
#include <string>
#include <vector>

#include "models/memory/dram/banked/trace_player.h"

namespace systole {

/// Reads one request a line: "0xADDR READ|WRITE CYCLE", "CYCLE: read|write 0xADDR" or "R|W 0xADDR"; empty
/// lines and those that begin with '#' count for nothing. Throws UserError, also for an address at or above
/// `capacity`.
std::vector<TraceRequest> read_dram_trace(const std::string& path, uint64_t capacity);

}  // namespace systole
