#include "sim/cli/trace_arguments.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/config/config.h"
#include "sim/config/names.h"
#include "sim/config/scalars.h"
#include "sim/config/text.h"

namespace systole {
namespace {

TraceKind parse_kind(const std::string& text) {
  const auto kind = std::find(kTraceKindNames.begin(), kTraceKindNames.end(), text);
  if (kind != kTraceKindNames.end()) return static_cast<TraceKind>(kind - kTraceKindNames.begin());
  throw UserError(fmt::format("--trace: error: got {}, legal: {}", quoted(text),
                              fmt::join(listed(kTraceKindNames), ", ")));
}

/// Either side of the colon may be left out.
void parse_window(const std::string& text, TraceOptions& options) {
  const auto fail = [&] {
    throw UserError(fmt::format(
        "--trace-window: error: got {}, legal: BEGIN:END, two cycles, BEGIN before END, as 0:20000",
        quoted(text)));
  };
  const size_t colon = text.find(':');
  if (colon == std::string::npos) fail();
  const auto side = [&](const std::string& number, Cycle otherwise) {
    if (number.empty()) return otherwise;
    const std::optional<uint64_t> cycle = parse_unsigned(number);
    if (!cycle) fail();
    return *cycle;
  };
  options.begin = side(text.substr(0, colon), 0);
  options.end = side(text.substr(colon + 1), kNever);
  if (options.begin >= options.end) fail();
}

}  // namespace

std::optional<TraceOptions> parse_trace(const std::optional<std::string>& kind,
                                        const std::optional<std::string>& window) {
  if (!kind && window)
    throw UserError("--trace-window: error: no trace, legal: with --trace perfetto or vcd");
  if (!kind) return std::nullopt;
  TraceOptions options;
  options.kind = parse_kind(*kind);
  if (window) parse_window(*window, options);
  return options;
}

std::vector<std::string> files_of(const std::optional<TraceOptions>& trace) {
  if (!trace) return {};
  return {name_of(kTraceFileNames, trace->kind)};
}

}  // namespace systole
