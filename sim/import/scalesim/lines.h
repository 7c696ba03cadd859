#pragma once
// A text file, line by line, with places.
#include <string>
#include <vector>

#include "sim/config/yaml_tree.h"

namespace systole {

struct Line {
  std::string text;  ///< without its end
  Where where;       ///< of its first byte
};

/// Ends of line are LF, CRLF or CR.
std::vector<Line> lines_of(const std::string& text, const std::string& source);

/// The bytes from `begin` to before `end` as a scalar, without the blanks around them: spaces, tabs,
/// non-breaking spaces, byte order marks.
YamlNode trimmed(const Line& line, size_t begin, size_t end);

}  // namespace systole
