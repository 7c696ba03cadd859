#pragma once
#include <CLI/App.hpp>
#include <CLI/Formatter.hpp>
#include <string>

namespace systole {

/// Help that fits the terminal: descriptions stay in their column, and paragraphs of footers are filled.
/// Lines that begin with a space are examples, and stay as they are.
class HelpFormatter : public CLI::Formatter {
 public:
  /// `columns`: of the screen.
  explicit HelpFormatter(size_t columns);

  std::string make_description(const CLI::App* app) const override;
  std::string make_footer(const CLI::App* app) const override;
  std::string make_option_desc(const CLI::Option* option) const override;
  std::string make_subcommand(const CLI::App* command) const override;

 private:
  /// A description beside names.
  std::string in_column(const std::string& text) const;

  size_t columns_;
};

/// Of stdout; 80 where that is no terminal.
size_t help_columns();

}  // namespace systole
