// Every stored number of every format, and every rounding, against exact arithmetic on doubles
// (stored_numbers.h), which works from widths alone, and against the compiler's own types.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "../float_bits.h"
#include "models/number/format.h"
#include "sim/reference/stored_numbers.h"

namespace systole::test {
namespace {

Lane loaded(const NumberFormat& f, uint32_t pattern) {
  const uint8_t bytes[4] = {static_cast<uint8_t>(pattern), static_cast<uint8_t>(pattern >> 8),
                            static_cast<uint8_t>(pattern >> 16), static_cast<uint8_t>(pattern >> 24)};
  Lane lane = 0;
  f.load_run(bytes, 0, f.bits, 1, &lane, 1);
  return lane;
}

uint32_t stored(const NumberFormat& f, Lane lane) {
  uint8_t bytes[4] = {};
  f.store_run(bytes, 0, f.bits, 1, &lane);
  uint32_t pattern;
  std::memcpy(&pattern, bytes, sizeof pattern);
  return pattern;
}

/// Equal numbers of equal sign, or both NaN.
bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
}

double number_in(const NumberFormat& f, Lane lane) {
  return f.is_float() ? double{float_of(lane)} : static_cast<double>(static_cast<int32_t>(lane));
}

/// Patterns that a format of 32 bits is tried with: all exponents, fractions at their ends and at random.
std::vector<uint32_t> wide_patterns() {
  std::mt19937 random(7);
  std::vector<uint32_t> patterns;
  for (uint32_t high = 0; high < 512; ++high) {
    for (uint32_t low : {0U, 1U, 0x7FFFFFU, 0x400000U, 0x1FFFU, 0x1000U, 0x2000U})
      patterns.push_back(high << 23 | low);
    for (int i = 0; i < 200; ++i)
      patterns.push_back(high << 23 | (static_cast<uint32_t>(random()) & 0x7FFFFF));
  }
  return patterns;
}

std::vector<uint32_t> patterns_of(const NumberFormat& f) {
  if (f.bits == 32) return wide_patterns();
  std::vector<uint32_t> patterns(size_t{1} << f.bits);
  for (uint32_t p = 0; p < patterns.size(); ++p) patterns[p] = p;
  return patterns;
}

/// fp32 numbers at which a narrower format rounds one way or the other: each of its numbers, the middle to
/// the next, and their neighbours in fp32.
std::vector<Lane> roundings_of(const NumberFormat& f) {
  std::vector<Lane> lanes;
  const auto add = [&](double value) {
    const Lane lane = lane_of(static_cast<float>(value));
    for (const Lane near : {lane - 1, lane, lane + 1}) lanes.push_back(near);
  };
  for (const uint32_t pattern : patterns_of(f)) {
    const double number = number_of(f, pattern), next = number_of(f, pattern + (1U << f.unused_bits));
    if (!std::isfinite(number)) continue;
    add(number);
    if (std::isfinite(next)) add((number + next) / 2);
  }
  for (const double edge : {f.highest, f.highest + half_spacing(f, f.highest), 2 * f.highest, 3e38, 1e-45}) {
    if (edge < 3.4e38) add(edge), add(-edge);
  }
  for (const Lane special :
       {0U, 0x80000000U, 0x7F800000U, 0xFF800000U, 0x7FC00000U, 0xFFC00001U, 0x7F800001U})
    lanes.push_back(special);
  for (const uint32_t pattern : wide_patterns()) lanes.push_back(pattern);
  return lanes;
}

}  // namespace

TEST_CASE("every stored number loads as what its widths say", "[number]") {
  for (const Format format : formats()) {
    const NumberFormat& f = traits_of(format);
    uint64_t wrong = 0;
    for (const uint32_t pattern : patterns_of(f))
      wrong += !same(number_in(f, loaded(f, pattern)), number_of(f, pattern));
    INFO(f.name);
    CHECK(wrong == 0);
  }
}

TEST_CASE("every number is stored as it was loaded, a NaN as the canonical one", "[number]") {
  for (const Format format : formats()) {
    const NumberFormat& f = traits_of(format);
    uint64_t wrong = 0;
    for (const uint32_t pattern : patterns_of(f)) {
      const uint32_t used = pattern >> f.unused_bits << f.unused_bits;
      const bool is_finite = std::isfinite(number_of(f, pattern));
      if (is_finite) wrong += stored(f, loaded(f, pattern)) != used;
      if (!is_finite)
        wrong +=
            stored(f, loaded(f, pattern)) != pattern_of(f, number_of(f, pattern)) && format != Format::fp32;
    }
    INFO(f.name);
    CHECK(wrong == 0);
  }
}

TEST_CASE("floating point is rounded to nearest even, at every boundary of every format", "[number]") {
  for (const Format format : formats()) {
    const NumberFormat& f = traits_of(format);
    if (!f.is_float() || format == Format::fp32) continue;
    uint64_t wrong = 0;
    Lane first = 0;
    for (const Lane lane : roundings_of(f)) {
      const bool differs = stored(f, lane) != pattern_of(f, float_of(lane));
      if (differs && wrong++ == 0) first = lane;
    }
    INFO(f.name << ", " << float_of(first) << ": " << stored(f, first) << ", expected "
                << pattern_of(f, float_of(first)));
    CHECK(wrong == 0);
  }
}

#ifdef __FLT16_MAX__
TEST_CASE("fp16 is the compiler's _Float16", "[number]") {
  const NumberFormat& f = traits_of(Format::fp16);
  uint64_t wrong = 0;
  for (uint32_t pattern = 0; pattern < 65536; ++pattern) {
    const auto bits = static_cast<uint16_t>(pattern);
    _Float16 half;
    std::memcpy(&half, &bits, sizeof half);
    wrong += !same(float_of(loaded(f, pattern)), static_cast<float>(half));
  }
  for (const Lane lane : roundings_of(f)) {
    if (std::isnan(float_of(lane))) continue;
    const auto half = static_cast<_Float16>(float_of(lane));
    uint16_t bits;
    std::memcpy(&bits, &half, sizeof bits);
    wrong += stored(f, lane) != bits;
  }
  CHECK(wrong == 0);
}
#endif

TEST_CASE("figures of the formats, by hand", "[number]") {
  const auto number = [](Format format, uint32_t pattern) {
    return number_in(traits_of(format), loaded(traits_of(format), pattern));
  };
  CHECK(number(Format::fp8_e4m3, 0x7E) == 448);
  CHECK(std::isnan(number(Format::fp8_e4m3, 0x7F)));
  CHECK(number(Format::fp8_e4m3, 0x01) == 0x1p-9);
  CHECK(number(Format::fp8_e5m2, 0x7B) == 57344);
  CHECK(std::isinf(number(Format::fp8_e5m2, 0x7C)));
  CHECK(number(Format::fp8_e5m2, 0x01) == 0x1p-16);
  CHECK(number(Format::bf16, 0x4049) == 3.140625);
  CHECK(number(Format::fp16, 0x7BFF) == 65504);
  CHECK(number(Format::tf32, 0x3F803FFF) == 1.0009765625);
  CHECK(number(Format::int4, 0x8) == -8);
  CHECK(number(Format::int1, 0) == -1);
  CHECK(number(Format::int1, 1) == 1);
  const auto pattern = [](Format format, float value) { return stored(traits_of(format), lane_of(value)); };
  CHECK(pattern(Format::fp8_e4m3, 1e9F) == 0x7E);
  CHECK(pattern(Format::fp8_e4m3, -INFINITY) == 0xFE);
  CHECK(pattern(Format::fp8_e5m2, 1e9F) == 0x7B);
  CHECK(pattern(Format::fp16, 65520) == 0x7C00);
  CHECK(pattern(Format::fp16, 65519) == 0x7BFF);
  CHECK(pattern(Format::bf16, 3.4e38F) == 0x7F80);
  CHECK(pattern(Format::bf16, 1.00390625F) == 0x3F80);
}

TEST_CASE("numbers that share bytes keep their neighbours", "[number]") {
  std::mt19937 random(3);
  for (const Format format : formats()) {
    const NumberFormat& f = traits_of(format);
    std::vector<uint8_t> memory(64);
    for (uint8_t& byte : memory) byte = static_cast<uint8_t>(random());
    const std::vector<uint8_t> before = memory;
    const uint64_t numbers = 8 * memory.size() / f.bits;
    for (int round = 0; round < 200; ++round) {
      const uint64_t first = random() % numbers, pitch = 1 + random() % 3,
                     count = 1 + random() % ((numbers - first - 1) / pitch + 1);
      std::vector<Lane> lanes(count);
      const auto at = static_cast<int64_t>(first * f.bits), step = static_cast<int64_t>(pitch * f.bits);
      f.load_run(memory.data(), at, step, count, lanes.data(), 1);
      std::vector<int64_t> addresses;
      for (uint64_t i = 0; i < count; ++i)
        addresses.push_back(round % 2 == 0 ? at + static_cast<int64_t>(i) * step : -1);
      std::vector<Lane> ports(2 * count, 99);
      CHECK(f.load_ports(memory.data(), addresses.data(), count, ports.data(), 2) ==
            (round % 2 == 0 ? count : 0));
      for (uint64_t i = 0; i < count; ++i) {
        CHECK(same(number_in(f, lanes[i]), number_of(f, pattern_at(f, memory.data(), first + i * pitch))));
        CHECK(ports[2 * i] == (round % 2 == 0 ? lanes[i] : 0));
      }
      if (f.is_float()) continue;  // NaNs of random bytes become the canonical one
      f.store_run(memory.data(), at, step, count, lanes.data());
      CHECK(memory == before);
    }
  }
}

}  // namespace systole::test
