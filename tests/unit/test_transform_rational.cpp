#include <catch2/catch.hpp>

#include "sim/lanes/rational.h"

using namespace systole;

TEST_CASE("rationals are exact and in lowest terms", "[transform]") {
  const Rational a(6, -8), b(5, 12);
  CHECK(a.numerator() == -3);
  CHECK(a.denominator() == 4);
  CHECK(a + b == Rational(-1, 3));
  CHECK(a - b == Rational(-7, 6));
  CHECK(a * b == Rational(-5, 16));
  CHECK(a / b == Rational(-9, 5));
  CHECK(a.magnitude() == Rational(3, 4));
  CHECK(a < b);
  CHECK(Rational(7) == Rational(21, 3));
  CHECK(Rational(1, 3) != Rational(1, 4));
  CHECK(Rational(-3, 8).value() == -0.375);
}

TEST_CASE("rationals beyond 64 bits are refused, those within are not", "[transform]") {
  const int64_t large = int64_t{1} << 40;
  CHECK(Rational(large, 3) * Rational(3, large) == 1);
  CHECK(Rational(INT64_MAX) + 0 == Rational(INT64_MAX));
  CHECK_THROWS_AS(Rational(large) * large, std::overflow_error);
  CHECK_THROWS_AS(Rational(INT64_MAX) + 1, std::overflow_error);
  CHECK_THROWS_AS(Rational(1, large - 1) + Rational(1, large + 1), std::overflow_error);
  CHECK_THROWS_AS(Rational(INT64_MIN), std::overflow_error);
  CHECK_THROWS_AS(Rational(1, 0), std::domain_error);
  CHECK_THROWS_AS(Rational(1) / 0, std::domain_error);
}

TEST_CASE("powers of two of either sign", "[transform]") {
  for (const Rational& power : {Rational(1), Rational(-1), Rational(8), Rational(-1, 4)})
    CHECK(is_power_of_two(power));
  for (const Rational& other : {Rational(0), Rational(3), Rational(5, 4), Rational(4, 3)})
    CHECK_FALSE(is_power_of_two(other));
}
