#pragma once
#include <filesystem>
#include <string>

namespace systole {

/// Writes the file beside its place, flushes it to the disk and renames it: whatever happens, the place holds
/// the old file or the whole new one. Throws std::filesystem::filesystem_error.
void write_atomically(const std::filesystem::path& path, const std::string& text);

/// The same for the file that the user named with `option`; one that holds anything else is refused. Throws
/// UserError.
void write_new_file(const std::string& option, const std::string& path, const std::string& text);

}  // namespace systole
