#include "sim/cli/parse_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "sim/config/text.h"

namespace systole {
namespace {

std::string legal(const std::string& word, const std::vector<std::string>& names) {
  const std::string hint = did_you_mean(word, names);
  return (hint.empty() ? "," : hint) + " legal: " + joined(names);
}

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    if (!command->get_group().empty()) names.push_back(command->get_name());
  }
  return names;
}

std::vector<std::string> options_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::string describe_extras(const CLI::App& command) {
  std::vector<std::string> extras = command.remaining();
  const auto option =
      std::find_if(extras.begin(), extras.end(), [](const auto& word) { return word[0] == '-'; });
  if (option == extras.end()) {
    return fmt::format("{}: error: unexpected argument {}", command.get_name(),
                       extras.empty() ? std::string() : systole::quoted(extras.back()));
  }
  const std::string name = option->substr(0, option->find('='));
  return fmt::format("{}: error: unknown option{}", shortened(name), legal(name, options_of(command)));
}

/// The library's text is "--option: what" or "--option is required".
std::string describe_option(const CLI::ParseError& error) {
  const std::string text = error.what();
  const std::string name = text.substr(0, text.find_first_of(": "));
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr)
    return name + ": error: missing, it is required";
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) == nullptr) return name + ": error: " + text;
  const bool is_missing = text.find("missing") != std::string::npos;
  return name + (is_missing ? ": error: needs a value" : ": error: given more than once");
}

}  // namespace

std::string describe(const CLI::ParseError& error, const CLI::App& app, int argc, const char* const* argv) {
  const std::string word = argc > 1 ? argv[1] : "";
  if (word.empty()) return fmt::format("systole: error: no command{}", legal(word, commands_of(app)));
  const auto commands = commands_of(app);
  if (std::find(commands.begin(), commands.end(), word) == commands.end()) {
    return fmt::format("{}: error: unknown {}{}", shortened(word),
                       word[0] == '-' ? "option before the command" : "command", legal(word, commands));
  }
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr)
    return describe_extras(*app.get_subcommand(word));
  return describe_option(error);
}

}  // namespace systole
