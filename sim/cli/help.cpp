#include "sim/cli/help.h"

#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "sim/report/terminal/wrap.h"

namespace systole {
namespace {

constexpr size_t kNameColumns = 28;
constexpr size_t kLeast = 50, kUsual = 80, kMost = 120;

/// Fills what lies between blank lines and examples.
std::string reflowed(const std::string& text, size_t columns) {
  std::string shown, paragraph;
  const auto end_paragraph = [&] {
    if (!paragraph.empty()) shown += filled(paragraph, columns, 0) + "\n";
    paragraph.clear();
  };
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == ' ') {
      end_paragraph();
      shown += line + "\n";
    } else {
      paragraph += (paragraph.empty() ? "" : " ") + line;
    }
  }
  end_paragraph();
  return shown;
}

}  // namespace

HelpFormatter::HelpFormatter(size_t columns) : columns_(std::clamp(columns, kLeast, kMost)) {
  column_width(kNameColumns);
}

std::string HelpFormatter::make_description(const CLI::App* app) const {
  return reflowed(app->get_description(), columns_);
}

std::string HelpFormatter::make_footer(const CLI::App* app) const {
  return reflowed(app->get_footer(), columns_);
}

std::string HelpFormatter::make_option_desc(const CLI::Option* option) const {
  return in_column(option->get_description());
}

std::string HelpFormatter::make_subcommand(const CLI::App* command) const {
  std::ostringstream out;
  CLI::detail::format_help(out, command->get_display_name(true), in_column(command->get_description()),
                           kNameColumns);
  return out.str();
}

std::string HelpFormatter::in_column(const std::string& text) const {
  return filled(text, columns_ - kNameColumns, 0);
}

size_t help_columns() { return terminal_columns(STDOUT_FILENO).value_or(kUsual); }

}  // namespace systole
