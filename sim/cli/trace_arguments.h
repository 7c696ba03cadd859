#pragma once
#include <optional>
#include <string>
#include <vector>

#include "sim/report/trace/trace_options.h"

namespace systole {

/// What --trace and --trace-window ask for. Throws UserError.
std::optional<TraceOptions> parse_trace(const std::optional<std::string>& kind,
                                        const std::optional<std::string>& window);

/// The file that a trace ends up in; none without one.
std::vector<std::string> files_of(const std::optional<TraceOptions>& trace);

}  // namespace systole
