#include "sim/report/terminal/style.h"

#include <unistd.h>

#include <cstdlib>
#include <cstring>

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

Style style_of(int descriptor) {
  const char* terminal = set_or_null("TERM");
  const bool is_dumb = terminal == nullptr || std::strcmp(terminal, "dumb") == 0;
  return {::isatty(descriptor) == 1 && !is_dumb && set_or_null("NO_COLOR") == nullptr, locale_is_utf8()};
}

}  // namespace systole
