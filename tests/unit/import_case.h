#pragma once
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "config_files.h"
#include "sim/config/workload_fields.h"
#include "sim/import/imported.h"
#include "sim/import/scalesim/topology.h"

namespace systole {

inline const std::string kConvHeader =
    "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n";
inline const std::string kGemmHeader = "Layer, M, N, K,\n";

inline Imported topology_of(const std::string& text, const TopologyOptions& options = {}) {
  return import_topology("net.csv", text, options).imported;
}

/// What an importer wrote, as `run` reads it.
inline std::vector<Layer> layers_in(const Imported& imported) {
  const YamlNode root =
      parse_yaml(yaml_text(imported), {std::make_shared<const std::string>("made.yaml"), 1, 1});
  return workload_of(root, "made", {}).layers;
}

inline std::vector<Layer> layers_of(const std::string& text, const TopologyOptions& options = {}) {
  return layers_in(topology_of(text, options));
}

inline std::string topology_error(const std::string& text, const TopologyOptions& options = {}) {
  return error_of("net.csv:", [&] { topology_of(text, options); });
}

/// The notes of a line, joined by '|'.
inline std::string notes_of(const Imported& imported, int line) {
  std::string text;
  for (const Note& note : imported.notes) {
    if (note.line == line) text += (text.empty() ? "" : "|") + note.text;
  }
  return text;
}

}  // namespace systole
