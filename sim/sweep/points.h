#pragma once
// From a sweep to its points, each resolved to all that decides its results.
#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/config.h"
#include "sim/config/sweep_file.h"
#include "sim/energy/energy_table.h"

namespace systole {

struct SweepPoint {
  size_t combination = 0;  ///< its number in the product of all factors
  std::string hash;        ///< of everything that decides its results
  std::vector<std::pair<std::string, std::string>>
      values;  ///< what varies, in the order of SweepConfig::keys
  uint64_t macs = 0;

  /// The value of a key, empty when this point leaves it as it is.
  std::string value(const std::string& key) const;
};

struct ResolvedPoint {
  ArchConfig arch;
  WorkloadConfig workload;
  EnergyTable energy;
  nlohmann::ordered_json identity;  ///< run_identity()
  std::string workload_path;        ///< as error messages name it
  uint64_t macs = 0;                ///< to be simulated
};

/// The combinations of a sweep. Files are read once, so that edits during a sweep change nothing.
class SweepSource {
 public:
  explicit SweepSource(const SweepConfig& config);
  ~SweepSource();
  SweepSource(const SweepSource&) = delete;
  SweepSource& operator=(const SweepSource&) = delete;

  /// Whether all conditions hold for the combination.
  bool is_wanted(size_t combination);
  /// Throws UserError when the configuration is not legal.
  ResolvedPoint resolve(size_t combination);

  size_t combinations() const { return combinations_; }
  std::vector<const SweepSetting*> settings(size_t combination) const;

 private:
  struct Cache;
  const SweepConfig& config_;
  size_t combinations_ = 1;
  std::unique_ptr<Cache> cache_;
};

struct SweepPoints {
  std::set<std::string> notes;     ///< on what of the workloads has no effect on some points, a line each
  std::vector<SweepPoint> points;  ///< identical ones once, in the order of the product
  size_t combinations = 0, left_out = 0, identical = 0;
  std::vector<std::pair<std::string, std::string>> set;  ///< SweepConfig::set
};

/// `tick` is called at every combination, and may throw to end it. Throws UserError.
SweepPoints expand(const SweepConfig& config, SweepSource& source, const std::function<void()>& tick);

}  // namespace systole
