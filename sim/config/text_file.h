#pragma once
#include <string>

namespace systole {

/// What a file that a user named should have been, as error messages say it.
struct TextFileKind {
  const char* file;      ///< "a YAML file"
  const char* contents;  ///< "YAML"
};

/// The whole text of a regular file of up to 1 MiB in UTF-8 without control characters. Throws UserError, in
/// milliseconds and with one line, for anything else.
std::string read_text_file(const std::string& path, const TextFileKind& kind);

}  // namespace systole
