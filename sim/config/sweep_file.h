#pragma once
// A sweep as its YAML says it: a base and what varies about it. Which values fit together is not checked
// here.
#include <cstdint>
#include <string>
#include <vector>

#include "sim/config/config.h"
#include "sim/config/slurm_config.h"
#include "sim/config/yaml_tree.h"

namespace systole {

/// One key of the configuration and one value for it.
struct SweepSetting {
  std::string key;
  Where where;  ///< of the key
  YamlNode value;
};

/// Settings that apply together, and the alternatives to them.
using SweepRow = std::vector<SweepSetting>;
using SweepFactor = std::vector<SweepRow>;

/// A text and where it was written.
struct SweepText {
  std::string text;
  Where where;
};

struct SweepConfig {
  std::string name;
  std::vector<SweepFactor> factors;  ///< every combination of one row of each; the last varies fastest
  std::vector<std::string> keys;     ///< all that vary, in the order of the file
  std::vector<SweepText> layers;     ///< only these of each workload; none: all
  std::vector<SweepText> conditions;
  std::vector<Override> set;  ///< what --set says of every base architecture
  std::vector<std::string> objectives = {"cycles", "energy"};
  uint64_t seed = 1;
  bool check = true;
  bool fp64 = false;  ///< every point tells its error against fp64
  SlurmConfig slurm;
};

/// Keys that are no path into the architecture: arch and workload, which are settings of the first factors,
/// layer, and what kWorkloadOverrides names.
bool is_subject_key(const std::string& key);

/// A figure of the totals that points are judged by.
struct Objective {
  const char* name;
  const char* path;  ///< JSON pointer into the totals
  bool more_is_better;
};
/// All of them, in a fixed order.
const std::vector<Objective>& objectives();
const Objective* find_objective(const std::string& name);

/// `set` changes every base architecture; a key that varies is refused in it. Throws UserError.
SweepConfig load_sweep(const std::string& path, const std::vector<Override>& set = {});

}  // namespace systole
