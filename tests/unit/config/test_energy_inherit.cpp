#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "sim/config/config.h"
#include "sim/config/energy.h"

namespace systole {
namespace {

namespace fs = std::filesystem;

/// Energy tables in a folder that lives as long as the object.
class Tables {
 public:
  Tables() : folder_(fs::temp_directory_path() / ("systole_inherit_" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
  }
  ~Tables() { fs::remove_all(folder_); }
  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;

  std::string add(const std::string& file, const std::string& text) const {
    const fs::path path = folder_ / file;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return path.string();
  }

 private:
  fs::path folder_;
};

std::string error_of(const std::string& path) {
  try {
    load_energy_table(path, AcceleratorParams{});
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

const ArrayPrices& array_of(const EnergyTable& table, Format format) {
  return table.array[static_cast<int>(format)];
}

/// "lecture: array sram, base: dram".
std::string told(const EnergyTable& table) {
  std::string text;
  for (const InheritedPrices& inherited : table.inherited) {
    text += (text.empty() ? "" : ", ") + inherited.table + ":";
    for (const std::string& price : inherited.prices) text += " " + price;
  }
  return text;
}

}  // namespace

TEST_CASE("a table takes from another what it lacks, price by price", "[energy]") {
  const Tables tables;
  const std::string path = tables.add("own.yaml",
                                      "name: own\n"
                                      "inherit: lecture\n"
                                      "array:\n"
                                      "  int8: {multiply: 3}\n"
                                      "index: {divmod: 7, multiply: 8, add: 9}\n"
                                      "sram: [{up_to: 256KiB, access: 5}]\n");
  const EnergyTable table = load_energy_table(path, AcceleratorParams{});
  CHECK(table.name == "own");
  CHECK(table.summary.empty());
  CHECK(array_of(table, Format::int8).multiply == 3);
  CHECK(array_of(table, Format::int8).add == 1);
  CHECK(array_of(table, Format::fp32).multiply == 20);
  CHECK(table.index.divmod == 7);
  CHECK(table.vector[static_cast<int>(LaneNumber::fp32)].other == 20);
  CHECK(table.dram_64b == 1200);
  CHECK(table.sram.size() == 1);  // a list is one price: its sizes are not mixed
  CHECK(table.sram_64b(1 << 20) == nullptr);
  REQUIRE(table.inherited.size() == 1);
  CHECK_THAT(told(table), Catch::Contains("lecture: array.int8.add array.fp32") &&
                              Catch::Contains(" vector accumulator_access registers hop dram static_cycle"));
  CHECK_THAT(told(table), !Catch::Contains("index") && !Catch::Contains("sram"));
}

TEST_CASE("a chain of tables: the nearest that has a price gives it", "[energy]") {
  const Tables tables;
  tables.add("base/far.yaml", "inherit: horowitz_45nm\ndram: 11\nstatic_cycle: 12\n");
  const std::string near = tables.add(
      "near.yaml", "name: near\ninherit: base/far.yaml\nstatic_cycle: 13\naccumulator_access: 14\n");
  const EnergyTable table = load_energy_table(near, AcceleratorParams{});
  CHECK(table.accumulator_access == 14);
  CHECK(table.static_cycle == 13);
  CHECK(table.dram_64b == 11);
  CHECK(array_of(table, Format::int8).multiply == 0.2);
  CHECK(told(table) == "far: dram, horowitz_45nm: array vector index registers hop sram");
}

TEST_CASE("the resolved table has every price, tells which were inherited, and reads back as itself",
          "[energy]") {
  const Tables tables;
  const std::string path = tables.add("own.yaml", "name: own\ninherit: eyeriss_relative\ndram: 11\n");
  const EnergyTable table = load_energy_table(path, AcceleratorParams{});
  CHECK(table.unit == EnergyUnit::mac);
  const auto json = resolved(table);
  CHECK(json.at("inherited").at("eyeriss_relative")[0] == "array");
  CHECK(json.at("array").at("int8").at("multiply") == 1);
  CHECK(json.count("inherit") == 0);
  const EnergyTable again = energy_table_from(json, AcceleratorParams{}, "again");
  CHECK(resolved(again) == json);
  CHECK(resolved(load_energy_table("lecture", AcceleratorParams{})).count("inherited") == 0);
}

TEST_CASE("inheritance that leads nowhere is refused in one line", "[energy]") {
  const Tables tables;
  const auto table = [&](const std::string& name, const std::string& inherit, const std::string& more = "") {
    return tables.add(name + ".yaml", "name: " + name + "\ninherit: " + inherit + "\n" + more);
  };
  CHECK_THAT(error_of(table("a", "a.yaml")), Catch::Contains("'a.yaml' inherits from this table"));
  table("b", "c.yaml"), table("c", "d.yaml");
  CHECK_THAT(error_of(table("d", "b.yaml")),
             Catch::Contains("c.yaml:2:10: error: inherit: 'd.yaml' inherits from this table in its turn"));
  CHECK_THAT(error_of(table("e", "lectrue")), Catch::Contains("did you mean 'lecture'?"));
  CHECK_THAT(error_of(table("f", "gone.yaml")), Catch::Contains("there is no such file"));
  CHECK_THAT(error_of(table("g", "[lecture]")), Catch::Contains("inherit: got '[lecture]', legal: "));
  CHECK_THAT(error_of(table("h", "eyeriss_relative", "unit: pJ\n")),
             Catch::Contains("'eyeriss_relative' has prices in MAC, this table in pJ"));
  CHECK_THAT(error_of(table("i", "lecture", "arrays: 1\n")), Catch::Contains("unknown key 'arrays'"));
}

TEST_CASE("a price that neither a table nor those it inherits from have is refused by its name", "[energy]") {
  const Tables tables;
  tables.add("half.yaml", "name: half\narray:\n  fp32: {multiply: 1, add: 1}\n");
  const std::string error =
      error_of(tables.add("own.yaml", "name: own\ninherit: half.yaml\narray:\n  fp32: {add: 2}\n"));
  CHECK_THAT(error, Catch::Contains("own.yaml:4:3: error: array.") &&
                        Catch::Contains(" has no price, here or in what is inherited"));
}

}  // namespace systole
