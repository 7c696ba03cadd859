#include "sim/report/terminal/style.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "sim/config/scalars.h"

namespace systole {
namespace {

const char* set_or_null(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0' ? value : nullptr;
}

bool locale_is_utf8() {
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {  // the first one set decides
    const char* value = set_or_null(variable);
    if (value == nullptr) continue;
    return std::strstr(value, "UTF-8") != nullptr || std::strstr(value, "utf8") != nullptr;
  }
  return false;
}

}  // namespace

std::string Style::paint(const char* code, const std::string& text) const {
  return color && !text.empty() ? std::string("\033[") + code + "m" + text + "\033[0m" : text;
}

std::optional<size_t> terminal_columns(int descriptor) {
  constexpr size_t kUsual = 80, kMost = 1000;
  if (::isatty(descriptor) != 1) return std::nullopt;
  const char* given = set_or_null("COLUMNS");
  const std::optional<uint64_t> asked = given == nullptr ? std::nullopt : parse_unsigned(given);
  if (asked && *asked > 0) return std::min<size_t>(*asked, kMost);
  winsize size{};
  return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUsual;
}

Style style_of(int descriptor) {
  const char* terminal = set_or_null("TERM");
  const bool is_dumb = terminal == nullptr || std::strcmp(terminal, "dumb") == 0;
  const std::optional<size_t> columns = terminal_columns(descriptor);
  return {columns && !is_dumb && set_or_null("NO_COLOR") == nullptr, locale_is_utf8(), columns.has_value(),
          columns.value_or(kPlainColumns)};
}

}  // namespace systole
