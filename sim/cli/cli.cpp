#include "sim/cli/cli.h"

#include <fmt/format.h>
#include <spdlog/cfg/env.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <csignal>
#include <filesystem>
#include <memory>
#include <new>
#include <system_error>

#include "sim/cli/help.h"
#include "sim/cli/parse_error.h"
#include "sim/cli/streams.h"
#include "sim/config/config.h"
#include "sim/config/text.h"
#include "sim/run/interrupt.h"

namespace systole {
namespace {

/// Errors stay on one line of UTF-8, wherever their text comes from.
std::string one_line(std::string text) {
  for (size_t at; (at = text.find('\n')) != std::string::npos;)
    text.replace(at, 1, at + 1 == text.size() ? "" : "; ");
  return escaped(text);
}

int fail(int code, const std::string& message) {
  tell("{}\n", one_line(message));
  return code;
}

/// Paths and names go into results, which are UTF-8.
void check_arguments(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    if (!is_utf8(argv[i]))
      throw UserError(fmt::format("systole: error: argument {} is {}, legal: UTF-8", i, quoted(argv[i])));
  }
}

/// Ends this process as the signal would have, so that a shell sees it.
int end_by(int signal) {
  std::signal(signal, SIG_DFL);
  std::raise(signal);
  return 128 + signal;
}

void log_to_stderr() {
  spdlog::set_default_logger(spdlog::stderr_color_mt("systole"));
  spdlog::set_level(spdlog::level::warn);
  spdlog::cfg::load_env_levels();  // SPDLOG_LEVEL=debug
}

int parse_and_act(int argc, const char* const* argv) {
  CLI::App app{"Systole: a cycle-level simulator of deep-learning accelerators", "systole"};
  app.formatter(std::make_shared<HelpFormatter>(help_columns()));
  app.footer("'systole COMMAND --help' tells more about a command.");
  app.require_subcommand(1);
  Action action;
  add_run(app, action);
  add_explain(app, action);
  add_dram(app, action);
  add_mma(app, action);
  add_sweep(app, action);
  add_compare(app, action);
  add_report(app, action);
  add_list(app, action);
  add_import(app, action);
  add_schema(app, action);
  add_version(app, action);
  add_slurm_task(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help
    throw UserError(describe(error, app, argc, argv));
  }
  return action();
}

}  // namespace

int exit_code_of(const Action& action) {
  try {
    return action();
  } catch (const Interrupted& interrupted) {
    return end_by(interrupted.signal());
  } catch (const UserError& error) {
    return fail(2, error.what());
  } catch (const std::filesystem::filesystem_error& error) {
    return fail(2, fmt::format("{}: error: {}", file_place(error.path1().string()), error.code().message()));
  } catch (const std::bad_alloc&) {
    return fail(2, "systole: error: out of memory");
  } catch (const std::system_error& error) {
    if (stdout_failed()) return fail(2, fmt::format("stdout: error: {}", error.code().message()));
    return fail(2, fmt::format("systole: error: {}", error.what()));
  } catch (const std::exception& error) {
    return fail(1, fmt::format("systole: internal error: {}", error.what()));
  }
}

int run_command_line(int argc, const char* const* argv) {
  return exit_code_of([&] {
    log_to_stderr();
    check_arguments(argc, argv);
    const int code = parse_and_act(argc, argv);
    flush_stdout();
    return code;
  });
}

}  // namespace systole
