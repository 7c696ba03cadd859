#pragma once
#include <filesystem>
#include <fstream>
#include <string>

namespace systole {

[[noreturn]] void fail_to_write_trace(const std::filesystem::path& path);

/// A trace under way, written piece by piece. Throws UserError when the disk refuses.
class TextFile {
 public:
  explicit TextFile(const std::filesystem::path& path);
  void write(const std::string& text) { file_ << text; }
  void close();

 private:
  std::filesystem::path path_;
  std::ofstream file_;
};

}  // namespace systole
