#include "sim/report/trace/trace.h"

#include "sim/report/trace/layer_trace.h"
#include "sim/report/trace/timeline_trace.h"
#include "sim/report/trace/timeline_writer.h"
#include "sim/report/trace/wave_trace.h"
#include "sim/report/trace/wave_writer.h"

namespace systole {
namespace {

/// What a whole trace may hold: as much as the viewers open at ease, some hundred megabytes.
constexpr std::size_t kMostOperations = 400'000, kMostChanges = 6'000'000;
constexpr std::size_t kLeastOfLayer = 1000;

std::size_t share(std::size_t most, std::size_t layers) { return std::max(most / layers, kLeastOfLayer); }

}  // namespace

std::unique_ptr<LayerTrace> make_layer_trace(const TraceOptions& options, const AcceleratorParams& arch,
                                             std::size_t layer, std::size_t layers) {
  if (options.kind == TraceKind::vcd)
    return std::make_unique<WaveTrace>(options, layer, share(kMostChanges, layers));
  return std::make_unique<TimelineTrace>(options, arch, layer, share(kMostOperations, layers));
}

std::vector<std::string> write_trace(const TraceOptions& options, const TracedRun& run) {
  return options.kind == TraceKind::vcd ? write_waves(options, run) : write_timeline(options, run);
}

}  // namespace systole
