#pragma once
#include <string>

#include "sim/report/terminal/style.h"

namespace systole {

/// The text on lines of at most `columns`, broken between words, those after the first indented. A word that
/// is longer than a line stays whole.
std::string filled(const std::string& text, size_t columns, size_t indent);

/// The same on a terminal, by its width; anywhere else a sentence stays on its line.
std::string wrapped(const std::string& text, const Style& style, size_t indent);

}  // namespace systole
