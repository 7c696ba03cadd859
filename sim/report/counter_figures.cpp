#include "sim/report/counter_figures.h"

#include <stdexcept>

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

/// The states of a module, which are one line of its table.
template <class S, class Get>
Figure states_of(const char* path, const Get& get) {
  for (const Stat<S>& line : StatTable<S>::lines) {
    if (std::holds_alternative<typename Stat<S>::States>(line.member)) return figure_of(path, line, get);
  }
  throw std::logic_error("a module without states");
}

}  // namespace

Figures operation_figures() {
  const auto array = [](auto& stats) -> auto& { return stats.array; };
  Figures figures = figures_of("ops.array", StatTable<ArrayStats>(), array);
  append(figures, figures_of(
                      "ops.vector_fp32", StatTable<LaneCounts>(),
                      [](auto& stats) -> auto& { return stats.vector.fp32; }));
  append(figures, figures_of(
                      "ops.vector_int32", StatTable<LaneCounts>(),
                      [](auto& stats) -> auto& { return stats.vector.int32; }));
  append(figures,
         figures_of(
             "ops.index", StatTable<IndexStats>(), [](auto& stats) -> auto& { return stats.array.index; }));
  figures.push_back(states_of<ArrayStats>("pe_array", array));
  return figures;
}

Figures sram_figures() {
  Figures figures;
  for (int b = 0; b < kBufferCount; ++b) {
    append(figures, figures_of(
                        std::string("sram.") + kSpaceNames[b],
                        StatTable<BufferStats>(), [b](auto& stats) -> auto& { return stats.buffers[b]; }));
  }
  return figures;
}

Figures dma_figures() {
  Figures figures = figures_of(
      "dma.load", StatTable<DmaStats>(), [](auto& stats) -> auto& { return stats.load; });
  append(figures, figures_of(
                      "dma.store", StatTable<DmaStats>(), [](auto& stats) -> auto& { return stats.store; }));
  return figures;
}

Json& at_path(Json& json, const std::string& path) {
  const size_t dot = path.find('.');
  Json& first = json[path.substr(0, dot)];
  return dot == std::string::npos ? first : at_path(first, path.substr(dot + 1));
}

const Json& at_path(const Json& json, const std::string& path) {
  const size_t dot = path.find('.');
  const Json& first = json.at(path.substr(0, dot));
  return dot == std::string::npos ? first : at_path(first, path.substr(dot + 1));
}

MachineStats counters_of(const Json& entry) {
  MachineStats stats;
  for (const Figure& figure : layer_figures()) {
    if (figure.read) figure.read(at_path(entry, figure.path), stats);
  }
  return stats;
}

}  // namespace systole
