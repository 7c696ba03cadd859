#include "sim/run/warnings.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/mapping/feeding.h"

namespace systole {

std::vector<std::string> warnings_on(const ArchConfig& arch, const WorkloadConfig& workload) {
  std::vector<std::string> warnings;
  size_t unscaled = 0;
  for (const Layer& layer : workload.layers) {
    const LayerFormats formats = layer.formats();
    unscaled += traits_of(formats.input).bits <= 8 && !formats.is_float() && !formats.converts();
    const Dataflow dataflow = layer.dataflow.value_or(arch.params.pe_array.dataflow);
    const std::string hungry = underfed(arch.params, dataflow, formats);
    if (hungry.empty()) continue;
    const std::string line = "warning: " + hungry;
    if (std::find(warnings.begin(), warnings.end(), line) == warnings.end()) warnings.push_back(line);
  }
  if (unscaled > 0) {
    warnings.push_back(
        fmt::format("warning: {} layer{} of integers without scale: outputs are int32, 4 bytes each; scale "
                    "or --scale makes "
                    "those of int8 and uint8 a byte",
                    unscaled, unscaled == 1 ? "" : "s"));
  }
  return warnings;
}

}  // namespace systole
