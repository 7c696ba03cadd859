#include <catch2/catch.hpp>

#include "config_files.h"
#include "sim/config/config.h"
#include "sim/sweep/condition.h"
#include "sim/sweep/pareto.h"

namespace systole {
namespace {

SweepText at(const std::string& text) {
  return {text, {std::make_shared<const std::string>("s.yaml"), 3, 8}};
}

const SweepVariables kVariables = {{"pe_array.rows", 16.0},           {"pe_array.cols", 8.0},
                                   {"buffers.input.size", 131072.0},  {"pe_array.overlap", 1.0},
                                   {"dataflow", "weight_stationary"}, {"layer", "conv1"}};

bool holds(const std::string& text) { return Condition(at(text)).holds(kVariables, {"conv2"}); }

std::string refusal(const std::string& text) {
  return error_of("s.yaml:3:8: error: ", [&] { holds(text); });
}

}  // namespace

TEST_CASE("conditions may name words that another point has", "[sweep]") {
  CHECK(holds("layer != conv2"));
  CHECK_FALSE(holds("layer == conv2"));
  CHECK_THAT(refusal("layer == conv3"), Catch::Contains("unknown name 'conv3'"));
}

TEST_CASE("conditions are arithmetic over keys", "[sweep]") {
  CHECK(holds("pe_array.rows * pe_array.cols == 128"));
  CHECK_FALSE(holds("pe_array.rows * pe_array.cols > 128"));
  CHECK(holds("pe_array.rows % 5 == 1"));
  CHECK(holds("2 ^ 4 == pe_array.rows && !(pe_array.cols == 9)"));
  CHECK(holds("buffers.input.size == 128KiB"));
  CHECK(holds("buffers.input.size < 0.5MiB || 0"));
  CHECK(holds("max(pe_array.rows, pe_array.cols) - min(pe_array.rows, pe_array.cols) == 8"));
  CHECK(holds("pe_array.overlap == true"));
  CHECK_FALSE(holds("0"));
}

TEST_CASE("words are equal or not", "[sweep]") {
  CHECK(holds("dataflow == weight_stationary"));
  CHECK(holds("dataflow != output_stationary"));
  CHECK_FALSE(holds("dataflow == output_stationary"));
  CHECK(holds("layer == conv1 && dataflow != layer"));
}

TEST_CASE("a condition holds or not for each point anew", "[sweep]") {
  const Condition condition(at("pe_array.rows < 4"));
  CHECK(condition.holds({{"pe_array.rows", 3.0}}, {}));
  CHECK_FALSE(condition.holds({{"pe_array.rows", 4.0}}, {}));
  CHECK(condition.holds({{"pe_array.rows", 3.0}}, {}));
}

TEST_CASE("what is no condition is refused at its place", "[sweep]") {
  CHECK(refusal("pe_array.rows = 16") == "'pe_array.rows = 16': '=' compares nothing, legal: '=='");
  CHECK(refusal("dataflow == weight_stationery").find("unknown name 'weight_stationery'") == 0);
  CHECK(refusal("pe_array.row == 1").find("did you mean 'pe_array.rows'?") != std::string::npos);
  CHECK(refusal("pe_array.rows, pe_array.cols").find("several values") != std::string::npos);
  CHECK(refusal("0 / 0").find("no finite number") != std::string::npos);
  for (const char* text : {"(", ")", "1 +", "rows rows", "\"a\"", "f(1)", "1 2", "'", "#"}) {
    INFO(text);
    CHECK_FALSE(refusal(text).empty());
  }
  CHECK_FALSE(refusal(std::string(1001, '1')).empty());
}

TEST_CASE("the front holds what nothing dominates", "[sweep]") {
  using Rows = std::vector<std::vector<double>>;
  CHECK(pareto_front({}).empty());
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Rows rows = {{1, 9}, {2, 5}, {3, 6}, {4, 1}, {2, 5}, {nan, 0}, {1, 10}};
  CHECK(pareto_front(rows) == std::vector<bool>{true, true, false, true, true, false, false});
  const Rows equal(200000, {1, 2, 3});
  CHECK(pareto_front(equal) == std::vector<bool>(equal.size(), true));
  CHECK(best_row(rows, 0) == 0);
  CHECK(best_row(rows, 1) == 5);
  CHECK(best_row({{nan}}, 0) == 1);
}

}  // namespace systole
