#pragma once
// YAML -> typed structs. The only place that knows yaml-cpp.
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "models/accelerator_params.h"
#include "sim/lowering/lowering.h"
#include "sim/workload/layer.h"

namespace systole {

/// The user's mistake: `what()` is the whole line, "file:line:col: error: what, and what is legal". Exit code 2.
class UserError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct ArchConfig {
  std::string name;
  AcceleratorParams params;
  Residency residency = Residency::dram;
  std::string energy_table;         ///< bare name or path, as in YAML
  nlohmann::ordered_json resolved;  ///< every key with its value, as the YAML would spell it
};

struct WorkloadConfig {
  std::string name;
  std::vector<Layer> layers;
  nlohmann::ordered_json resolved;
};

/// One `--set path=value`.
struct Override {
  std::string path, value;
};

/// `path_or_name`: a YAML file, or the bare name of a shipped one. Throws UserError.
ArchConfig load_arch(const std::string& path_or_name, const std::vector<Override>& overrides);
WorkloadConfig load_workload(const std::string& path_or_name);

}  // namespace systole
