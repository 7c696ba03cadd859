#include "sim/report/trace/trace.h"

#include "sim/report/trace/layer_trace.h"
#include "sim/report/trace/timeline_trace.h"
#include "sim/report/trace/timeline_writer.h"
#include "sim/report/trace/wave_trace.h"
#include "sim/report/trace/wave_writer.h"

namespace systole {

std::unique_ptr<LayerTrace> make_layer_trace(const TraceOptions& options, const AcceleratorParams& arch,
                                             std::size_t layer) {
  if (options.kind == TraceKind::vcd)
    return std::make_unique<WaveTrace>(options, layer, options.most_changes);
  return std::make_unique<TimelineTrace>(options, arch, layer, options.most_operations);
}

std::vector<std::string> write_trace(const TraceOptions& options, const TracedRun& run) {
  return options.kind == TraceKind::vcd ? write_waves(options, run) : write_timeline(options, run);
}

}  // namespace systole
