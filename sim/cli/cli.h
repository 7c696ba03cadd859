#pragma once
// The command line. One file a subcommand; each registers its options and what it does.
#include <CLI/App.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace systole {

/// Runs the command and returns the exit code: 0 good, 1 our fault, 2 the user's, 3 a wrong result.
int run_command_line(int argc, const char* const* argv);

/// What the chosen subcommand does once the whole line is parsed; returns the exit code.
using Action = std::function<int()>;

/// Acts and returns the exit code; what it throws is told on stderr, in one line.
int exit_code_of(const Action& action);

void add_run(CLI::App& app, Action& chosen);
void add_explain(CLI::App& app, Action& chosen);
void add_dram(CLI::App& app, Action& chosen);
void add_mma(CLI::App& app, Action& chosen);
void add_compare(CLI::App& app, Action& chosen);
void add_report(CLI::App& app, Action& chosen);
void add_sweep(CLI::App& app, Action& chosen);
void add_slurm_task(CLI::App& app, Action& chosen);
void add_list(CLI::App& app, Action& chosen);
void add_schema(CLI::App& app, Action& chosen);
void add_import(CLI::App& app, Action& chosen);
void add_version(CLI::App& app, Action& chosen);

}  // namespace systole
