#include "sim/run/warnings.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/mapping/feeding.h"

namespace systole {

std::vector<std::string> warnings_on(const ArchConfig& arch, const WorkloadConfig& workload) {
  std::vector<std::string> warnings;
  size_t unscaled = 0;
  for (const Layer& layer : workload.layers) {
    unscaled += layer.format == Format::int8 && !layer.scale;
    const Dataflow dataflow = layer.dataflow.value_or(arch.params.pe_array.dataflow);
    const std::string hungry = underfed(arch.params, dataflow, layer.format);
    if (hungry.empty()) continue;
    const std::string line = "warning: " + hungry;
    if (std::find(warnings.begin(), warnings.end(), line) == warnings.end()) warnings.push_back(line);
  }
  if (unscaled > 0) {
    warnings.push_back(fmt::format(
        "warning: {} int8 layer{} without scale: outputs are int32, 4 bytes each; scale or --scale makes "
        "them int8",
        unscaled, unscaled == 1 ? "" : "s"));
  }
  return warnings;
}

}  // namespace systole
