#include "sim/cli/point.h"

#include <system_error>
#include <utility>

#include "sim/cli/cli.h"
#include "sim/cli/streams.h"
#include "sim/config/energy.h"
#include "sim/config/text.h"
#include "sim/report/atomic_file.h"
#include "sim/report/json_shape.h"
#include "sim/run/run.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSource = "point";

int simulate_point(const RunOptions& options, const std::string& hash, const std::filesystem::path& folder) {
  RunPlan planned = plan(options);
  const auto ignore = [](size_t) {};
  const RunOutcome outcome = simulate(options, planned, {ignore, ignore, [] {}});
  if (outcome.results.at("run") != hash) throw InternalError("a resolved point is simulated as another one");
  // A file that the system's end tears counts for nothing: its point runs again.
  write_atomically(folder / (hash + ".host.json"), outcome.host.dump(2) + "\n", Flush::no);
  write_atomically(folder / (hash + ".json"), outcome.results.dump(2) + "\n", Flush::no);
  return outcome.exit_code();
}

/// Tells what the machine has no room for apart from what is wrong with the point.
int simulate_where_there_is_room(const RunOptions& options, const std::string& hash,
                                 const std::filesystem::path& folder) {
  try {
    return simulate_point(options, hash, folder);
  } catch (const std::filesystem::filesystem_error& error) {
    tell("--out: error: cannot write {}: {}\n", quoted(error.path1().string()), error.code().message());
  } catch (const std::system_error& error) {
    tell("systole: error: {}\n", error.what());
  }
  return kNoRoomStatus;
}

/// Nobody looks at values that are not checked.
void choose_values(RunOptions& options, bool check) {
  options.check = check;
  options.values = check ? Values::computed : Values::none;
}

}  // namespace

PointWork work_of(RunOptions options, std::string hash, std::filesystem::path folder) {
  options.is_alone = true;
  return [options = std::move(options), hash = std::move(hash), folder = std::move(folder)] {
    return exit_code_of([&] { return simulate_where_there_is_room(options, hash, folder); });
  };
}

RunOptions options_of(const ResolvedPoint& point, const SweepConfig& config) {
  RunOptions options;
  options.arch = point.arch;
  options.workload = point.workload;
  options.workload_path = escaped(point.workload_path);
  options.energy = point.energy;
  options.seed = config.seed;
  choose_values(options, config.check);
  options.fp64 = config.fp64;
  return options;
}

std::string told(const ResolvedPoint& point, const std::string& hash) {
  return Json{{"run", hash}, {"workload_path", escaped(point.workload_path)}, {"identity", point.identity}}
      .dump();
}

PointWork work_told(const std::string& text, std::filesystem::path folder) {
  static const Json shape = {{"run", "hash"},
                             {"workload_path", "path"},
                             {"identity",
                              {{"arch", Json::object()},
                               {"workload", Json::object()},
                               {"energy", Json::object()},
                               {"seed", 0},
                               {"check", true},
                               {"fp64", false}}}};
  const Json input = Json::parse(text, nullptr, false);
  if (const auto what = misfit(input, shape)) throw UserError("point: error: of what it is told, " + *what);
  const Json& identity = input.at("identity");
  RunOptions options;
  options.arch = arch_from(identity.at("arch"), kSource);
  options.workload = workload_from(identity.at("workload"), kSource);
  options.workload_path = input.at("workload_path");
  options.energy = energy_table_from(identity.at("energy"), options.arch.params, kSource);
  options.seed = identity.at("seed");
  choose_values(options, identity.at("check"));
  options.fp64 = identity.at("fp64");
  return work_of(std::move(options), input.at("run"), std::move(folder));
}

}  // namespace systole
