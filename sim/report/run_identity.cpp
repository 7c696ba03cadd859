#include "sim/report/run_identity.h"

#include <fmt/format.h>

#include "sim/config/energy.h"

namespace systole {

nlohmann::ordered_json run_identity(const ArchConfig& arch, const WorkloadConfig& workload,
                                    const EnergyTable& energy, const RunSettings& settings) {
  return {{"tool", {{"name", "systole"}, {"version", SYSTOLE_VERSION}, {"results_version", kResultsVersion}}},
          {"seed", settings.seed},
          {"check", settings.check},
          {"fp64", settings.fp64},
          {"arch", arch.resolved},
          {"workload", workload.resolved},
          {"energy", resolved(energy)}};
}

std::string hash_of(const nlohmann::ordered_json& identity) {
  uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (char c : identity.dump()) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return fmt::format("{:016x}", hash);
}

}  // namespace systole
