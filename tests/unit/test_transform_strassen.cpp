#include <catch2/catch.hpp>

#include "lane_programs.h"
#include "sim/lowering/transform/strassen_program.h"
#include "sim/reference/lane_interpreter.h"

using namespace systole;
using namespace systole::test;

namespace {

constexpr StrassenForm kForms[] = {StrassenForm::strassen, StrassenForm::winograd};

struct Programs {
  LaneProgram left, right, inverse;
};

Programs programs(uint32_t levels, StrassenForm form, LaneNumber number = LaneNumber::int32) {
  return {strassen_left(levels, form, number), strassen_right(levels, form, number),
          strassen_inverse(levels, form, number)};
}

/// Additions; fails on any other step.
int additions(const LaneProgram& program) {
  CHECK(tally(program)[0] == static_cast<int>(program.steps.size()));
  return tally(program)[0];
}

}  // namespace

TEST_CASE("products by Strassen are exact at every level and in both forms", "[transform]") {
  std::mt19937 random(5);
  for (uint32_t levels = 1; levels <= 3; ++levels)
    for (StrassenForm form : kForms) {
      INFO(levels << " levels");
      const Programs p = programs(levels, form);
      const uint32_t side = 1U << levels;
      const auto a = random_integers(random, side * side, 128), b = random_integers(random, side * side, 128);
      std::vector<int64_t> products = interpret(p.left, a);
      const std::vector<int64_t> right = interpret(p.right, b);
      REQUIRE(products.size() == right.size());
      for (size_t i = 0; i < products.size(); ++i) products[i] *= right[i];
      const std::vector<int64_t> c = interpret(p.inverse, products);
      REQUIRE(c.size() == side * side);
      for (uint32_t i = 0; i < side; ++i)
        for (uint32_t j = 0; j < side; ++j) {
          int64_t sum = 0;
          for (uint32_t k = 0; k < side; ++k) sum += a[i * side + k] * b[k * side + j];
          CHECK(c[i * side + j] == sum);
        }
    }
}

TEST_CASE("Strassen's products and additions", "[transform]") {
  const Programs one = programs(1, StrassenForm::strassen);
  CHECK(one.inverse.inputs == 7);
  CHECK(additions(one.left) == 5);
  CHECK(additions(one.right) == 5);
  CHECK(additions(one.inverse) == 8);  // 18 in all, 13 with the right operand ahead

  const Programs two = programs(2, StrassenForm::strassen);
  CHECK(two.inverse.inputs == 49);
  CHECK(additions(two.left) == 5 * 4 + 7 * 5);
  CHECK(additions(two.right) == 5 * 4 + 7 * 5);
  CHECK(additions(two.inverse) == 7 * 8 + 8 * 4);
  CHECK(additions(two.left) + additions(two.right) + additions(two.inverse) == 198);

  const Programs three = programs(3, StrassenForm::strassen);
  CHECK(three.inverse.inputs == 343);
  CHECK(additions(three.left) == 5 * 16 + 7 * 55);
  CHECK(additions(three.inverse) == 7 * 88 + 8 * 16);

  const Programs winograd = programs(1, StrassenForm::winograd);
  CHECK(additions(winograd.left) == 4);
  CHECK(additions(winograd.right) == 4);
  CHECK(additions(winograd.inverse) == 7);
  const Programs winograd_two = programs(2, StrassenForm::winograd);
  CHECK(additions(winograd_two.left) == 4 * 4 + 7 * 4);
  CHECK(additions(winograd_two.inverse) == 7 * 7 + 7 * 4);
}

TEST_CASE("Strassen's programs name operands that are sub-blocks as they stand", "[transform]") {
  const LaneProgram left = strassen_left(1, StrassenForm::strassen, LaneNumber::fp32);
  CHECK(left.outputs[2] == 0);
  CHECK(left.outputs[3] == 3);
  for (const LaneStep& step : left.steps) CHECK(step.number == LaneNumber::fp32);
}

TEST_CASE("Strassen's programs touch no more registers than go in or out", "[transform]") {
  for (StrassenForm form : kForms) {
    for (uint32_t levels = 1; levels <= 3; ++levels) {
      INFO(levels << " levels");
      const Programs p = programs(levels, form);
      const uint32_t products = p.inverse.inputs;
      CHECK(p.inverse.registers == products);
      CHECK(p.left.registers <= products + levels);
      CHECK(p.right.registers <= products + levels);
    }
  }
}

TEST_CASE("Strassen's products have one to three levels", "[transform]") {
  CHECK_THROWS_AS(strassen_left(0, StrassenForm::strassen, LaneNumber::fp32), std::invalid_argument);
  CHECK_THROWS_AS(strassen_inverse(4, StrassenForm::strassen, LaneNumber::fp32), std::invalid_argument);
}
