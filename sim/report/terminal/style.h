#pragma once
#include <string>

namespace systole {

/// What the output can show.
struct Style {
  bool color = false;  ///< ANSI colours: on a terminal, unless NO_COLOR is set
  bool utf8 = false;   ///< block characters: where the locale is UTF-8

  std::string bold(const std::string& text) const { return paint("1", text); }
  std::string dim(const std::string& text) const { return paint("2", text); }
  std::string red(const std::string& text) const { return paint("1;31", text); }
  std::string green(const std::string& text) const { return paint("32", text); }
  std::string cyan(const std::string& text) const { return paint("36", text); }

 private:
  std::string paint(const char* code, const std::string& text) const;
};

/// Of a file descriptor, from the environment.
Style style_of(int descriptor);

}  // namespace systole
