#include "sim/sweep/slurm_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "sim/config/config.h"
#include "sim/config/scalars.h"
#include "sim/config/text.h"
#include "sim/report/atomic_file.h"
#include "sim/sweep/shell.h"

namespace systole {
namespace {

constexpr size_t kUsualLargestArray = 1001;
constexpr int kNoSuchProgram = 127;
constexpr uint64_t kMiB = 1 << 20;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

std::vector<std::string> options_of(const SlurmJob& job, const SlurmConfig& config) {
  std::vector<std::string> words = {"sbatch", "--parsable", "--job-name=" + job.name,
                                    "--chdir=" + job.folder.string(), "--output=" + job.log};
  words.push_back(fmt::format("--array=0-{}", job.tasks - 1));
  if (config.throttle) words.back() += fmt::format("%{}", *config.throttle);
  if (config.partition) words.push_back("--partition=" + *config.partition);
  if (config.time) words.push_back("--time=" + *config.time);
  if (config.memory_bytes)
    words.push_back(fmt::format("--mem={}M", (*config.memory_bytes + kMiB - 1) / kMiB));
  if (job.begins_after) words.push_back("--dependency=afterany:" + *job.begins_after);
  words.insert(words.end(), config.options.begin(), config.options.end());
  return words;
}

std::string script_of(const SlurmJob& job) {
  std::string script = "#!/bin/sh\nexec";
  for (const std::string& word : job.command) script += " " + shell_quoted(word);
  return script + "\n";
}

}  // namespace

bool SlurmTask::is_over() const {
  static constexpr std::array<const char*, 10> kEnds = {
      "COMPLETED", "CANCELLED",     "FAILED",    "TIMEOUT",  "NODE_FAIL",
      "PREEMPTED", "OUT_OF_MEMORY", "BOOT_FAIL", "DEADLINE", "REVOKED"};
  return std::find(kEnds.begin(), kEnds.end(), state) != kEnds.end();
}

void require_slurm() {
  if (run_program({"sbatch", "--version"}).status == kNoSuchProgram)
    throw UserError("--executor: error: no sbatch on the PATH, legal: slurm where Slurm is installed");
}

std::string submit(const SlurmJob& job, const SlurmConfig& config) {
  std::vector<std::string> words = options_of(job, config);
  const std::filesystem::path script = job.folder / (job.name + ".partial");  // Slurm keeps a copy
  write_atomically(script, script_of(job));
  words.push_back(script.string());
  const ShellResult result = run_program(words);
  std::filesystem::remove(script);
  const std::vector<std::string> lines = lines_of(result.output);
  const std::string number = lines.empty() ? "" : lines.back().substr(0, lines.back().find(';'));
  if (result.status != 0 || !parse_unsigned(number))  // NUMBER or NUMBER;CLUSTER
    throw UserError(fmt::format("--executor: error: {}", escaped(fmt::format("{}", fmt::join(lines, "; ")))));
  return number;
}

std::optional<std::vector<SlurmTask>> slurm_tasks(const std::string& job_name) {
  const ShellResult result = run_program(
      {"squeue", "--noheader", "--array", "--states=all", "--name=" + job_name, "--format=%K|%T|%r"});
  if (result.status != 0) return std::nullopt;
  std::vector<SlurmTask> tasks;
  for (const std::string& line : lines_of(result.output)) {
    const size_t first = line.find('|'), second = line.find('|', first + 1);
    if (second == std::string::npos) continue;
    if (const auto index = parse_unsigned(line.substr(0, first)))
      tasks.push_back({*index, line.substr(first + 1, second - first - 1), line.substr(second + 1)});
  }
  return tasks;
}

size_t largest_slurm_array() {
  const std::string key = "MaxArraySize";
  for (const std::string& line : lines_of(run_program({"scontrol", "show", "config"}).output)) {
    if (line.compare(0, key.size(), key) != 0) continue;
    const auto size = parse_unsigned(line.substr(line.find_last_not_of("0123456789") + 1));
    if (size && *size > 0) return *size;
  }
  return kUsualLargestArray;
}

}  // namespace systole
