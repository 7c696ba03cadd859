// One point of a sweep, as `systole sweep` starts it: told by standard input, not meant for people.
#include <filesystem>
#include <iostream>
#include <memory>
#include <system_error>

#include "sim/cli/cli.h"
#include "sim/cli/streams.h"
#include "sim/config/energy.h"
#include "sim/config/text.h"
#include "sim/report/atomic_file.h"
#include "sim/report/json_shape.h"
#include "sim/run/run.h"
#include "sim/sweep/point_process.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSource = "point";

RunOptions options_of(const Json& input) {
  const Json& identity = input.at("identity");
  RunOptions options;
  options.arch = arch_from(identity.at("arch"), kSource);
  options.workload = workload_from(identity.at("workload"), kSource);
  options.workload_path = input.at("workload_path");
  options.energy = energy_table_from(identity.at("energy"), options.arch.params, kSource);
  options.seed = identity.at("seed");
  options.check = identity.at("check");
  options.values = options.check ? Values::computed : Values::none;  // nobody looks at what is not checked
  return options;
}

Json read_input() {
  static const Json shape = {{"run", "hash"},
                             {"workload_path", "path"},
                             {"identity",
                              {{"arch", Json::object()},
                               {"workload", Json::object()},
                               {"energy", Json::object()},
                               {"seed", 0},
                               {"check", true}}}};
  Json input = Json::parse(std::cin, nullptr, false);
  if (const auto what = misfit(input, shape)) throw UserError("point: error: of what it is told, " + *what);
  return input;
}

int simulate_point(const std::filesystem::path& folder) {
  const Json input = read_input();
  const RunOptions options = options_of(input);
  const std::string hash = run_hash(options);
  if (hash != input.at("run")) throw InternalError("a resolved point reads back as another one");
  RunPlan planned = plan(options);
  const auto ignore = [](size_t) {};
  const RunOutcome outcome = simulate(options, planned, {ignore, ignore, [] {}});
  write_atomically(folder / (hash + ".host.json"), outcome.host.dump(2) + "\n");
  write_atomically(folder / (hash + ".json"), outcome.results.dump(2) + "\n");
  return outcome.failures.empty() ? 0 : 3;
}

/// Tells what the machine has no room for apart from what is wrong with the point.
int simulate_where_there_is_room(const std::filesystem::path& folder) {
  try {
    return simulate_point(folder);
  } catch (const std::filesystem::filesystem_error& error) {
    tell("--out: error: cannot write {}: {}\n", quoted(error.path1().string()), error.code().message());
  } catch (const std::system_error& error) {
    tell("systole: error: {}\n", error.what());
  }
  return kNoRoomStatus;
}

}  // namespace

void add_point(CLI::App& app, Action& chosen) {
  CLI::App* command = app.add_subcommand("simulate-point", "one point of a sweep");
  command->group("");  // not listed
  const auto folder = std::make_shared<std::string>();
  command->add_option("--out", *folder, "folder of the points")->required();
  command->callback(
      [folder, &chosen] { chosen = [folder] { return simulate_where_there_is_room(*folder); }; });
}

}  // namespace systole
