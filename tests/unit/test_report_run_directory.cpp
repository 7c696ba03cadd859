#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "sim/config/config.h"
#include "sim/report/run_directory.h"

namespace systole {
namespace {

namespace fs = std::filesystem;

/// An empty place that is removed in the end.
class Scratch {
 public:
  Scratch() : path_(fs::temp_directory_path() / ("systole_run_directory_" + std::to_string(::getpid()))) {
    fs::remove_all(path_);
    fs::create_directory(path_);
  }
  ~Scratch() { fs::remove_all(path_); }
  fs::path operator/(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

size_t entries_in(const fs::path& path) {
  return static_cast<size_t>(std::distance(fs::directory_iterator(path), fs::directory_iterator()));
}

std::string error_of(const fs::path& path, const char* hash) {
  try {
    RunDirectory directory(path, hash, 4096);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

void write_run(const fs::path& path, const char* hash, const std::string& csv) {
  RunDirectory directory(path, hash, 4096);
  directory.commit({{"results.csv", csv}, {"results.json", std::string("{\"run\": \"") + hash + "\"}"}});
}

}  // namespace

TEST_CASE("a committed run leaves its files and nothing else", "[report]") {
  const Scratch scratch;
  write_run(scratch / "a", "1", "x");
  CHECK(text_of(scratch / "a" / "results.csv") == "x");
  CHECK(entries_in(scratch / "a") == 2);
}

TEST_CASE("a run that is not committed leaves nothing, not even the directories it made", "[report]") {
  const Scratch scratch;
  { RunDirectory directory(scratch / "a" / "b", "1", 4096); }
  CHECK_FALSE(fs::exists(scratch / "a"));
  fs::create_directory(scratch / "c");
  { RunDirectory directory(scratch / "c", "1", 4096); }
  CHECK(fs::exists(scratch / "c"));
  CHECK(fs::is_empty(scratch / "c"));
}

TEST_CASE("the same run replaces its own results, another is refused", "[report]") {
  const Scratch scratch;
  write_run(scratch / "a", "1", "old");
  write_run(scratch / "a", "1", "new");
  CHECK(text_of(scratch / "a" / "results.csv") == "new");
  CHECK_THAT(error_of(scratch / "a", "2"),
             Catch::StartsWith("--out: error: ") && Catch::Contains("another run"));
  CHECK(text_of(scratch / "a" / "results.csv") == "new");
  CHECK(entries_in(scratch / "a") == 2);
}

TEST_CASE("what differs in another run is told", "[report]") {
  const Scratch scratch;
  const auto identity = [](const char* rows, const char* relu, int seed) {
    using Json = nlohmann::ordered_json;
    Json layers = Json::array();
    for (const char* name : {"a", "b"}) layers.push_back({{"name", name}, {"relu", relu}});
    return Json{{"seed", seed},
                {"arch", {{"name", "m"}, {"pe_array", {{"rows", rows}, {"cols", 2}}}}},
                {"workload", {{"name", "w"}, {"layers", layers}}},
                {"energy", {{"name", seed == 1 ? "lecture" : "other"}, {"dram", seed}}}};
  };
  nlohmann::ordered_json held = identity("2", "yes", 1);
  held["run"] = "1";
  RunDirectory(scratch / "a", "1", 4096).commit({{"results.json", held.dump()}});
  const auto message = [&](const nlohmann::ordered_json& own) {
    try {
      RunDirectory(scratch / "a", "2", 4096, own);
    } catch (const UserError& error) {
      const std::string text = error.what();
      return text.substr(text.find("another run"));
    }
    return std::string();
  };
  const std::string end = "; give another directory, or remove this one";
  CHECK(message(identity("4", "yes", 1)) == "another run: pe_array.rows is 2 there and 4 here" + end);
  CHECK(message(identity("2", "no", 1)) == "another run: relu of all layers is yes there and no here" + end);
  CHECK(message(identity("4", "no", 2)) ==
        "another run: pe_array.rows is 2 there and 4 here, relu of all layers is yes there and no here, "
        "energy is "
        "lecture there and other here, and 1 more differ" +
            end);
  nlohmann::ordered_json one = identity("2", "yes", 1);
  one["workload"]["layers"].erase(0);
  CHECK(message(one) == "another run: layers is 2 layers with a there and b here" + end);
}

TEST_CASE("somebody else's files are never touched", "[report]") {
  const Scratch scratch;
  fs::create_directory(scratch / "a");
  std::ofstream(scratch / "a" / "thesis.tex") << "years of work";
  CHECK_THAT(error_of(scratch / "a", "1"), Catch::Contains("not empty"));
  CHECK(entries_in(scratch / "a") == 1);
  CHECK_THAT(error_of(scratch / "a" / "thesis.tex", "1"), Catch::Contains("not a directory"));
  std::ofstream(scratch / "a" / "results.json") << "{";
  CHECK_THAT(error_of(scratch / "a", "1"), Catch::Contains("another run"));
}

TEST_CASE("what cannot be written shows at once", "[report]") {
  CHECK_THAT(error_of("/dev/null/results", "1"),
             Catch::StartsWith("--out: error: cannot use '/dev/null/results'"));
  const Scratch scratch;
  CHECK_THROWS_AS(RunDirectory(scratch / "a", "1", uint64_t{1} << 60), UserError);
  CHECK_FALSE(fs::exists(scratch / "a"));
}

}  // namespace systole
