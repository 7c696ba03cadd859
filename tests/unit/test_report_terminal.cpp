#include <catch2/catch.hpp>

#include "sim/report/terminal/bars.h"
#include "sim/report/terminal/progress.h"
#include "sim/report/terminal/table.h"
#include "sim/report/terminal/units.h"
#include "sim/report/terminal/wrap.h"

namespace systole {

TEST_CASE("figures for people", "[report]") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(4089184256) == "4,089,184,256");
  CHECK(engineering(0, "s") == "0 s");
  CHECK(engineering(1.2346e-3, "s") == "1.235 ms");
  CHECK(engineering(0.99999, "s") == "1.000 s");
  CHECK(engineering(999.96e-6, "s") == "1.000 ms");
  CHECK(engineering(999.94e-6, "s") == "999.9 us");
  CHECK(engineering(26e-12, "J") == "26.00 pJ");
  CHECK(engineering(4.089e9, "MAC") == "4.089 GMAC");
  CHECK(percent(0.5) == "50.0");
}

TEST_CASE("columns line up and the table keeps to its width", "[report]") {
  const auto lines = aligned({{"layer", "n"}, {"a", "1"}, {"a_long_name", "1000"}}, 80);
  CHECK(lines == std::vector<std::string>{"layer           n", "a               1", "a_long_name  1000"});
  const auto closer = aligned({{"layer", "n"}, {"a_long_name", "1000"}}, 16);
  CHECK(closer == std::vector<std::string>{"layer          n", "a_long_name 1000"});
  const auto cut = aligned({{"layer", "n"}, {"a_long_name", "1000"}}, 15);
  CHECK(cut == std::vector<std::string>{"layer         n", "a_long_na~ 1000"});
}

TEST_CASE("optional columns go before the first one is cut", "[report]") {
  const std::vector<std::vector<std::string>> rows = {{"layer", "first", "second", "last"},
                                                      {"a_name", "1", "2", "3"}};
  CHECK(aligned(rows, 24, {2, 1})[1] == "a_name     1      2    3");
  CHECK(aligned(rows, 23, {2, 1})[0] == "layer  first last");
  CHECK(aligned(rows, 16, {2, 1})[1] == "a_name    3");
  CHECK(aligned(rows, 10, {2, 1})[1] == "a_name    3");
}

TEST_CASE("sentences are broken between words", "[report]") {
  CHECK(filled("one two three", 13, 2) == "one two three");
  CHECK(filled("one two three", 12, 2) == "one two\n  three");
  CHECK(filled("  one two three four", 9, 4) == "  one two\n    three\n    four");
  CHECK(filled("name  what it is", 12, 6) == "name  what\n      it is");
  CHECK(filled("a_word_without_end and", 8, 2) == "a_word_without_end\n  and");
  CHECK(filled("größer als", 10, 0) == "größer als");
  CHECK(filled("", 8, 2).empty());
  Style style;
  style.columns = 8;
  CHECK(wrapped("one two three", style, 2) == "one two three");
  style.is_terminal = true;
  CHECK(wrapped("one two three", style, 2) == "one two\n  three");
}

TEST_CASE("a bar is as long as its share", "[report]") {
  const Style plain, blocks{false, true};
  CHECK(bar(0, 4, plain) == "    ");
  CHECK(bar(0.5, 4, plain) == "##  ");
  CHECK(bar(1, 4, plain) == "####");
  CHECK(bar(2, 4, plain) == "####");
  CHECK(bar(0.375, 4, blocks) == "█▌  ");
  CHECK(width_of(bar(0.99, 20, blocks)) == 20);
}

TEST_CASE("energy bars leave out what costs nothing", "[report]") {
  const auto lines = energy_bars({{"array", 1e-6}, {"index", 0.0}, {"dram", 3e-6}}, 4e-6, "J", Style{});
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "array        #####                 25.0 %    1.000 uJ");
  CHECK(lines[1] == "dram         ###############       75.0 %    3.000 uJ");
}

TEST_CASE("energy bars begin in one column, however long the names", "[report]") {
  const auto lines = energy_bars({{"array", 1e-6}, {"dram_background", 3e-6}}, 4e-6, "J", Style{});
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "array           #####                 25.0 %    1.000 uJ");
  CHECK(lines[1] == "dram_background ###############       75.0 %    3.000 uJ");
}

TEST_CASE("colours only where they are wanted", "[report]") {
  CHECK(Style{}.red("x") == "x");
  CHECK(Style{true, false}.red("x") == "\033[1;31mx\033[0m");
}

TEST_CASE("progress tells the time left once it can know", "[report]") {
  CHECK(progress_text(0, 54, 0, 3, "conv1") == "0/54 layers, 0 %, conv1");
  CHECK(progress_text(27, 54, 0.25, 30, "conv4") == "27/54 layers, 25 %, 1:30 left, conv4");
}

}  // namespace systole
