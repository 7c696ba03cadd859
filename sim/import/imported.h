#pragma once
// A YAML file of ours in the making. Its values keep the places they came from, so that the tables which read
// our own files find a mistake where the user wrote it.
#include <cstdint>
#include <string>
#include <vector>

#include "sim/config/yaml_tree.h"

namespace systole {

/// One decision of an importer. `line` is that of the source, 0 where the whole file is meant.
struct Note {
  int line = 0;
  std::string text;
};

struct Imported {
  std::string
      origin;  ///< what was read, and as what, without its folder: "alexnet.csv, a SCALE-Sim topology"
  YamlNode root;
  std::vector<Note> notes;  ///< ascending by line
};

/// Refuses a workload that `run` would refuse, at its place in the source, or for its size (UserError). Adds
/// a note of what it holds: layers, MACs.
void check_workload(Imported& imported);
/// The same for an architecture.
void check_arch(const Imported& imported);

/// The YAML file: origin and notes as comments, those of a line above the layer of that line. Throws
/// UserError where it would be larger than the reader takes.
std::string yaml_text(const Imported& imported);

}  // namespace systole
