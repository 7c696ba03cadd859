#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "sim/config/config.h"
#include "sim/config/energy.h"

namespace systole {
namespace {

/// A file that lives as long as the object.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text)
      : path_(std::filesystem::temp_directory_path() /
              ("systole_energy_" + std::to_string(::getpid()) + ".yaml")) {
    std::ofstream(path_) << text;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

std::string shipped_text(const std::string& name) {
  std::ifstream file(shipped_path(Shipped::energy, name));
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string without(std::string text, const std::string& part) {
  const size_t at = text.find(part);
  REQUIRE(at != std::string::npos);
  return text.erase(at, part.size());
}

std::string error_of(const std::string& text, const AcceleratorParams& machine = {}) {
  const TemporaryFile file(text);
  try {
    load_energy_table(file.path(), machine);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("every shipped energy table loads under its own name", "[energy]") {
  const auto names = shipped(Shipped::energy);
  REQUIRE(names.size() >= 3);
  for (const std::string& name : names) {
    CAPTURE(name);
    const EnergyTable table = load_energy_table(name, AcceleratorParams{});
    CHECK(table.name == name);
    CHECK_FALSE(table.summary.empty());
  }
}

TEST_CASE("the lecture's prices", "[energy]") {
  const EnergyTable table = load_energy_table("lecture", AcceleratorParams{});
  CHECK(table.unit == EnergyUnit::pj);
  CHECK(table.array[static_cast<int>(Format::fp32)].multiply == 20);
  CHECK(table.array[static_cast<int>(Format::fp32)].add == 20);
  CHECK(table.array[static_cast<int>(Format::int8)].multiply == 1);
  CHECK(table.array[static_cast<int>(Format::int8)].add == 1);
  CHECK(*table.sram_64b(128 << 10) == 26);
  CHECK(table.dram_64b == 1200);
  CHECK(table.accumulator_access == 0);
  CHECK(table.registers.operand == 0);
  CHECK(table.registers.accumulator == 0);
  CHECK(table.hop == 0);
  CHECK(table.static_cycle == 0);
}

TEST_CASE("a relative table says so", "[energy]") {
  const EnergyTable table = load_energy_table("eyeriss_relative", AcceleratorParams{});
  CHECK(table.unit == EnergyUnit::mac);
  CHECK(table.dram_64b == 800);
  CHECK(table.registers.operand == 4);  // 1 a word of 16 bits
  CHECK(table.registers.accumulator == 4);
  CHECK(table.hop == 8);  // 2 a word
}

TEST_CASE("a table that lacks a price is refused, naming action and format", "[energy]") {
  const std::string text = shipped_text("lecture");
  REQUIRE(error_of(text).empty());
  const std::string missing = error_of(without(text, "multiply: 20, "));
  CHECK_THAT(missing, Catch::Contains("array.fp32.multiply has no price"));
  const std::string no_format =
      error_of(without(text, "  int32: {multiply: 1, add: 1, shift: 1, other: 1}\n"));
  CHECK_THAT(no_format, Catch::Contains("vector.int32.multiply has no price"));
  const std::string no_product = error_of(without(shipped_text("horowitz_45nm"), "multiply: 0.8, "));
  CHECK_THAT(no_product, Catch::Contains("int16") && Catch::Contains("multiply"));
  const std::string no_int32 = error_of(without(text, "  int32: {multiply: 1, add: 1}\n"));
  CHECK_THAT(no_int32, Catch::Contains("array") && Catch::Contains("int32"));
  CHECK_THAT(error_of(without(text, "dram: 1200")), Catch::Contains("dram"));
  CHECK_THAT(error_of(without(text, "hop: 0\n")), Catch::Contains("hop has no price"));
  CHECK_THAT(error_of(without(text, "operand: 0, ")), Catch::Contains("registers.operand has no price"));
  CHECK_THAT(error_of(without(text, "divmod: 1, ")), Catch::Contains("divmod"));
}

TEST_CASE("a negative price is refused", "[energy]") {
  std::string text = shipped_text("lecture");
  text.replace(text.find("dram: 1200"), 10, "dram: -200");
  CHECK_THAT(error_of(text), Catch::Contains("dram") && Catch::Contains("-200"));
}

TEST_CASE("a buffer larger than any priced SRAM is refused", "[energy]") {
  AcceleratorParams machine;
  machine.buffers[1].size = 2 << 20;
  CHECK_THAT(error_of(shipped_text("horowitz_45nm"), machine), Catch::Contains("buffers.weight of 2MiB"));
  CHECK(error_of(shipped_text("lecture"), machine).empty());
}

TEST_CASE("SRAM sizes must ascend", "[energy]") {
  std::string text = shipped_text("horowitz_45nm");
  text.replace(text.find("32KiB"), 5, "8KiB");
  CHECK_THAT(error_of(text), Catch::Contains("ascend"));
}

}  // namespace systole
