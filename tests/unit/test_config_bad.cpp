// Every file of tests/bad_configs is refused with the message that its first line states.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "sim/config/config.h"

namespace systole {
namespace {

namespace fs = std::filesystem;

const std::string kExpect = "# expect: ";

std::vector<fs::path> bad_files(const std::string& kind) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(SYSTOLE_SOURCE_DIR "/tests/bad_configs")) {
    if (entry.path().filename().string().rfind(kind, 0) == 0) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string expected_message(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  REQUIRE(line.rfind(kExpect, 0) == 0);
  const std::string stated = line.substr(kExpect.size());
  return path.string() + (std::isdigit(static_cast<unsigned char>(stated[0])) ? ":" : ": ") + stated;
}

template <class Load>
void check_refused(const std::string& kind, Load load) {
  const std::vector<fs::path> files = bad_files(kind);
  REQUIRE(files.size() >= 40);
  for (const fs::path& path : files) {
    INFO(path);
    std::string expected = expected_message(path);
    std::string message = "no error";
    try {
      load(path.string());
    } catch (const UserError& error) {
      message = error.what();
    }
    if (expected.size() > 3 && expected.compare(expected.size() - 3, 3, "...") == 0) {
      expected.resize(expected.size() - 3);
      CHECK(message.substr(0, expected.size()) == expected);
    } else {
      CHECK(message == expected);
    }
  }
}

}  // namespace

TEST_CASE("bad architectures are refused with their message") {
  check_refused("arch_", [](const std::string& path) { load_arch(path, {}); });
}

TEST_CASE("bad workloads are refused with their message") {
  check_refused("workload_", [](const std::string& path) { load_workload(path); });
}

}  // namespace systole
