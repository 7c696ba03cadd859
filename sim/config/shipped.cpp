// Where the files that come with Systole lie, and how a bare name finds them.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "sim/config/config.h"
#include "sim/config/text.h"
#include "sim/config/yaml_tree.h"

namespace systole {
namespace {

namespace fs = std::filesystem;

struct Place {
  const char* folder;
  const char* noun;
};

Place place_of(Shipped kind) {
  switch (kind) {
    case Shipped::arch:
      return {"arch_configs", "architecture"};
    case Shipped::workload:
      return {"workloads", "workload"};
    case Shipped::dram:
      return {"arch_configs/dram", "DRAM preset"};
    case Shipped::sweep:
      return {"workloads/sweeps", "sweep"};
    case Shipped::energy:
      break;
  }
  return {"arch_configs/energy", "energy table"};
}

/// Beside the program where that is installed, else the sources it was built from.
fs::path make_own_root() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  const fs::path installed = (program.parent_path() / SYSTOLE_DATA_FROM_PROGRAM).lexically_normal();
  return !program.empty() && fs::is_directory(installed, error) ? installed : fs::path(SYSTOLE_SOURCE_DIR);
}

fs::path folder_of(Shipped kind) {
  static const fs::path own_root = make_own_root();
  const char* root = std::getenv("SYSTOLE_DATA_DIR");
  return (root != nullptr && *root != '\0' ? fs::path(root) : own_root) / place_of(kind).folder;
}

}  // namespace

bool is_path(const std::string& text) {
  const std::string extension = fs::path(text).extension().string();
  return text.find('/') != std::string::npos || extension == ".yaml" || extension == ".yml";
}

std::vector<std::string> shipped(Shipped kind) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_of(kind), error)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string path_beside(const std::string& file, const std::string& path_or_name) {
  if (!is_path(path_or_name)) return path_or_name;
  return (fs::path(file).parent_path() / path_or_name).lexically_normal().string();
}

std::string shipped_path(Shipped kind, const std::string& path_or_name) {
  if (is_path(path_or_name)) return path_or_name;
  const std::vector<std::string> names = shipped(kind);
  if (std::binary_search(names.begin(), names.end(), path_or_name)) {
    return (folder_of(kind) / (path_or_name + ".yaml")).string();
  }
  const std::string hint = did_you_mean(path_or_name, names);
  fail_at({std::make_shared<const std::string>(path_or_name.empty() ? "''" : shortened(path_or_name))},
          fmt::format("no such {}{} legal: {}, or a path ending in .yaml", place_of(kind).noun,
                      hint.empty() ? "," : hint, joined(names)));
}

}  // namespace systole
