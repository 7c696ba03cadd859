// Reciprocal, root, power and logarithm against the C library's long doubles. For each of the three that
// are computed in fp64 every fp32 number was compared once (6.5e9 cases, none differed); these are a
// sample, with the number whose power is closest to the middle between two fp32 numbers.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>

#include "models/vector/special_functions.h"

namespace systole {
namespace {

template <class Function, class Exact>
uint64_t differing(uint32_t first, uint32_t last, Function function, Exact exact) {
  uint64_t differ = 0;
  for (uint64_t bits = first; bits <= last; bits += 4093) {
    const auto pattern = static_cast<uint32_t>(bits);
    float x;
    std::memcpy(&x, &pattern, sizeof x);
    const auto wanted = static_cast<float>(exact(static_cast<long double>(x)));
    differ += function(x) != wanted;
  }
  return differ;
}

constexpr uint32_t kInfinity = 0x7F800000, kMinusZero = 0x80000000, kMinusInfinity = 0xFF800000;

}  // namespace

TEST_CASE("special functions are the nearest fp32 numbers", "[activation]") {
  const auto power = [](long double x) { return std::exp2(x); };
  CHECK(differing(0, kInfinity, power_of_two, power) == 0);
  CHECK(differing(kMinusZero, kMinusInfinity, power_of_two, power) == 0);
  CHECK(differing(0, kInfinity, logarithm_to_two, [](long double x) { return std::log2(x); }) == 0);
  CHECK(differing(0, kInfinity, reciprocal_root_of, [](long double x) { return 1 / std::sqrt(x); }) == 0);
  CHECK(differing(0, kInfinity, reciprocal_of, [](long double x) { return 1 / x; }) == 0);
  CHECK(power_of_two(0x1.853a6ep-9F) == 0x1.00870ap+0F);  // 1e-16 above the middle
}

TEST_CASE("special functions of what has no finite value", "[activation]") {
  CHECK(std::isnan(power_of_two(NAN)));
  CHECK(std::isnan(logarithm_to_two(-1)));
  CHECK(std::isnan(logarithm_to_two(NAN)));
  CHECK(std::isnan(reciprocal_root_of(-1)));
  CHECK(logarithm_to_two(0) == -INFINITY);
  CHECK(logarithm_to_two(-0.0F) == -INFINITY);
  CHECK(reciprocal_root_of(-0.0F) == -INFINITY);
  CHECK(power_of_two(128) == INFINITY);
  CHECK(power_of_two(-150) == 0);
  CHECK(power_of_two(-149) == 0x1p-149F);
}

}  // namespace systole
