#pragma once
#include <cstddef>
#include <optional>
#include <string>

namespace systole {

/// Of output that goes to no terminal: its bytes never depend on who looks.
inline constexpr size_t kPlainColumns = 110;

/// What the output can show.
struct Style {
  bool color = false;  ///< ANSI colours: on a terminal, unless NO_COLOR is set
  bool utf8 = false;   ///< block characters: where the locale is UTF-8
  bool is_terminal = false;
  size_t columns = kPlainColumns;  ///< how wide tables may be; of a terminal $COLUMNS, or what it says

  std::string bold(const std::string& text) const { return paint("1", text); }
  std::string dim(const std::string& text) const { return paint("2", text); }
  std::string red(const std::string& text) const { return paint("1;31", text); }
  std::string green(const std::string& text) const { return paint("32", text); }
  std::string cyan(const std::string& text) const { return paint("36", text); }

 private:
  std::string paint(const char* code, const std::string& text) const;
};

/// The width of a terminal; none where the descriptor is no terminal.
std::optional<size_t> terminal_columns(int descriptor);

/// Of a file descriptor, from the environment.
Style style_of(int descriptor);

}  // namespace systole
