// One task of a job array, as `systole sweep --executor slurm` submits it; not meant for people.
#include <cstdlib>
#include <memory>

#include "sim/cli/cli.h"
#include "sim/cli/point.h"
#include "sim/cli/streams.h"
#include "sim/config/config.h"
#include "sim/config/scalars.h"
#include "sim/run/interrupt.h"
#include "sim/sweep/slurm_executor.h"

namespace systole {
namespace {

int simulate_task(const std::string& folder) {
  catch_interrupts();
  const char* index = std::getenv("SLURM_ARRAY_TASK_ID");
  const auto number = parse_unsigned(index == nullptr ? "" : index);
  if (!number)
    throw UserError("simulate-task: error: no SLURM_ARRAY_TASK_ID, legal: as a task of a job array");
  const std::string complaint = run_slurm_task(folder, *number, work_told, throw_if_interrupted);
  if (!complaint.empty()) tell("{}\n", complaint);  // the sweep finds it in the task's log
  return 0;
}

}  // namespace

void add_slurm_task(CLI::App& app, Action& chosen) {
  CLI::App* command = app.add_subcommand("simulate-task", "one task of a job array");
  command->group("");  // not listed
  const auto folder = std::make_shared<std::string>();
  command->add_option("folder", *folder, "folder of the submission")->required();
  command->callback([folder, &chosen] { chosen = [folder] { return simulate_task(*folder); }; });
}

}  // namespace systole
