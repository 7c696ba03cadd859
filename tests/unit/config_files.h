#pragma once
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "sim/config/config.h"

namespace systole {

/// A YAML file that lives as long as this object, in a folder of its own.
class ConfigFile {
 public:
  explicit ConfigFile(const std::string& text) {
    std::string pattern = (std::filesystem::temp_directory_path() / "systole_XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    write("file.yaml", text);
  }
  ~ConfigFile() { std::filesystem::remove_all(folder_); }
  ConfigFile(const ConfigFile&) = delete;
  ConfigFile& operator=(const ConfigFile&) = delete;

  std::string path() const { return (folder_ / "file.yaml").string(); }
  const std::filesystem::path& folder() const { return folder_; }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }

 private:
  std::filesystem::path folder_;
};

/// The message of the UserError that the call throws, without the file's name; "" when it throws none.
template <class Call>
std::string error_of(const std::string& path, Call call) {
  try {
    call();
  } catch (const UserError& error) {
    const std::string message = error.what();
    return message.rfind(path, 0) == 0 ? message.substr(path.size()) : message;
  }
  return "";
}

}  // namespace systole
