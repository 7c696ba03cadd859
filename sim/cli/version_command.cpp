#include <fmt/format.h>

#include "sim/cli/cli.h"

namespace systole {

void add_version(CLI::App& app, Action& chosen) {
  CLI::App* command = app.add_subcommand("version", "print the version");
  command->callback([&chosen] {
    chosen = [] {
      fmt::print("systole {}\n", SYSTOLE_VERSION);
      return 0;
    };
  });
}

}  // namespace systole
