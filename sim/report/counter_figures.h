#pragma once
#include <string>
#include <utility>

#include "sim/report/figures.h"
#include "sim/report/stat_json.h"

namespace systole {

/// The figure of one counter of the struct that `get` finds in MachineStats, const or not.
template <class S, class Get>
Figure figure_of(std::string path, const Stat<S>& line, const Get& get) {
  Figure figure{std::move(path), std::string(line.unit), line.description, InTotals::sum,
                [&line, get](const LayerResult& result) { return to_json(line, get(result.stats)); }};
  if (!std::holds_alternative<typename Stat<S>::Sum>(line.member)) {
    figure.read = [&line, get](const nlohmann::ordered_json& json, MachineStats& stats) {
      read_stat(json, line, get(stats));
    };
  }
  return figure;
}

/// The figures of a table's shown counters; the states of a module stand apart from the rest.
template <class S, class Get>
Figures figures_of(const std::string& path, const StatTable<S>& /*of*/, const Get& get) {
  Figures figures;
  for (const Stat<S>& line : StatTable<S>::lines) {
    if (!line.is_shown || std::holds_alternative<typename Stat<S>::States>(line.member)) continue;
    figures.push_back(figure_of(path.empty() ? line.name : path + "." + line.name, line, get));
  }
  return figures;
}

inline void append(Figures& figures, Figures more) {
  figures.insert(figures.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace systole
