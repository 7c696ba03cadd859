#pragma once
// YAML -> typed structs. The only place that knows yaml-cpp.
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "models/accelerator_params.h"
#include "sim/energy/dram_prices.h"
#include "sim/lowering/lowering.h"
#include "sim/workload/layer.h"

namespace systole {

/// The user's mistake: `what()` is the whole line, "file:line:col: error: what, and what is legal". Exit
/// code 2.
class UserError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct ArchConfig {
  std::string name;
  AcceleratorParams params;
  Residency residency = Residency::dram;
  DramEnergy dram_energy = DramEnergy::flat;
  std::string energy_table = "lecture";  ///< bare name or path, as in YAML
  nlohmann::ordered_json resolved;       ///< every key with its value, as the YAML would spell it
};

struct WorkloadConfig {
  std::string name;
  std::vector<Layer> layers;
  std::vector<std::string> notes;  ///< on what of the file has no effect with the options given, a line each
  nlohmann::ordered_json resolved;
};

/// One `--set path=value`.
struct Override {
  std::string path, value;
};

/// What the command line says about a workload. `layers` are names or patterns; empty: all of them.
struct WorkloadOverrides {
  std::vector<std::string> layers;
  std::optional<std::string> algorithm, dataflow, format, objective;  ///< for every layer
  std::optional<std::string> scale;            ///< for every layer of integers that has use for one
  std::optional<std::string> activation = {};  ///< for every layer
  std::optional<std::string> format_input = {}, format_weight = {}, format_accumulator = {},
                             format_output = {};
};
/// Those that take one value, by the name of the option and of a sweep's key.
inline constexpr std::pair<const char*, std::optional<std::string> WorkloadOverrides::*>
    kWorkloadOverrides[] = {{"algorithm", &WorkloadOverrides::algorithm},
                            {"objective", &WorkloadOverrides::objective},
                            {"dataflow", &WorkloadOverrides::dataflow},
                            {"format", &WorkloadOverrides::format},
                            {"format.input", &WorkloadOverrides::format_input},
                            {"format.weight", &WorkloadOverrides::format_weight},
                            {"format.accumulator", &WorkloadOverrides::format_accumulator},
                            {"format.output", &WorkloadOverrides::format_output},
                            {"activation", &WorkloadOverrides::activation},
                            {"scale", &WorkloadOverrides::scale}};

/// `path_or_name`: a YAML file, or the bare name of a shipped one. Throws UserError.
ArchConfig load_arch(const std::string& path_or_name, const std::vector<Override>& overrides);
/// A DRAM on its own; overrides are paths below `dram`, as `timing.trp`.
DramParams load_dram(const std::string& path_or_name, const std::vector<Override>& overrides);
WorkloadConfig load_workload(const std::string& path_or_name, const WorkloadOverrides& overrides = {});
/// The same from their `resolved` form; `source` names it in messages.
ArchConfig arch_from(const nlohmann::ordered_json& resolved, const std::string& source);
WorkloadConfig workload_from(const nlohmann::ordered_json& resolved, const std::string& source);

/// The files that come with Systole, found by bare name in $SYSTOLE_DATA_DIR, or where shipped.cpp says.
enum class Shipped { arch, workload, dram, energy, sweep };
/// Their bare names, sorted.
std::vector<std::string> shipped(Shipped kind);
/// Whether a text is a path, and no bare name: it has a '/' or ends in .yaml.
bool is_path(const std::string& text);
/// A path stays itself (it has a '/' or ends in .yaml); a bare name becomes the path of the shipped file, or
/// UserError.
std::string shipped_path(Shipped kind, const std::string& path_or_name);
/// A relative path in `file` is found from the folder of that file; a bare name stays itself.
std::string path_beside(const std::string& file, const std::string& path_or_name);

/// JSON Schemas of the YAML files, for editors.
nlohmann::ordered_json arch_schema();
nlohmann::ordered_json workload_schema();
nlohmann::ordered_json sweep_schema();

}  // namespace systole
