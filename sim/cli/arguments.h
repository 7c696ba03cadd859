#pragma once
// Options shared by subcommands.
#include <CLI/App.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/config.h"

namespace systole {

/// What is simulated: --arch, --workload and the options that change them.
struct SubjectArguments {
  std::string arch, workload;
  std::vector<std::string> layers, set;
  std::optional<std::string> algorithm, dataflow, format, objective, scale, activation;

  void add_to(CLI::App& command);
  ArchConfig load_arch() const;
  WorkloadConfig load_workload() const;
  /// The workload's file, as error messages name it.
  std::string workload_path() const;
};

/// "path=value" of each --set.
std::vector<Override> parse_overrides(const std::vector<std::string>& set);

/// Throws UserError "--option: error: ..." unless `text` is a number from `min` to `max`.
uint64_t parse_number(const std::string& option, const std::string& text, uint64_t min, uint64_t max);

}  // namespace systole
