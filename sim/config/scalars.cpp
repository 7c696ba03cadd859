#include "sim/config/scalars.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <numeric>
#include <utility>

namespace systole {
namespace {

constexpr size_t kMaxDigits = 9;
constexpr std::array<std::pair<const char*, int>, 4> kUnits = {
    {{"GiB", 30}, {"MiB", 20}, {"KiB", 10}, {"B", 0}}};

template <class T>
std::optional<T> parsed(const std::string& text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

std::optional<uint64_t> short_digits(const std::string& text) {
  return text.size() > kMaxDigits ? std::nullopt : parse_unsigned(text);
}

}  // namespace

std::optional<uint64_t> parse_unsigned(const std::string& text) { return parsed<uint64_t>(text); }

std::optional<uint64_t> parse_bytes(const std::string& text) {
  const size_t split = text.find_first_not_of("0123456789");
  const auto value = parse_unsigned(text.substr(0, split));
  if (!value || split == std::string::npos) return value;
  for (const auto& [unit, shift] : kUnits) {
    if (text.compare(split, std::string::npos, unit) == 0 && *value <= (UINT64_MAX >> shift))
      return *value << shift;
  }
  return std::nullopt;
}

std::string bytes_text(uint64_t bytes) {
  for (const auto& [unit, shift] : kUnits) {
    if (bytes != 0 && bytes % (uint64_t{1} << shift) == 0) return fmt::format("{}{}", bytes >> shift, unit);
  }
  return "0B";
}

std::optional<Fraction> parse_fraction(const std::string& text) {
  const size_t split = text.find_first_of("./");
  const auto left = short_digits(text.substr(0, split));
  if (!left) return std::nullopt;
  Fraction value{*left, 1};
  if (split != std::string::npos) {
    const std::string tail = text.substr(split + 1);
    const auto right = short_digits(tail);
    if (!right) return std::nullopt;
    if (text[split] == '/') {
      value.den = *right;
    } else {
      for (size_t i = 0; i < tail.size(); ++i) value.den *= 10;
      value.num = value.num * value.den + *right;
    }
  }
  if (value.den == 0) return std::nullopt;
  const uint64_t common = std::gcd(value.num, value.den);
  return Fraction{value.num / common, value.den / common};
}

std::string fraction_text(const Fraction& value) {
  uint64_t power = 1;
  for (size_t digits = 0; digits <= kMaxDigits; ++digits, power *= 10) {
    if (power % value.den != 0) continue;
    const uint64_t scaled = value.num % value.den * (power / value.den);
    const std::string whole = fmt::format("{}", value.num / value.den);
    return digits == 0 ? whole : fmt::format("{}.{:0{}}", whole, scaled, digits);
  }
  return fmt::format("{}/{}", value.num, value.den);
}

std::optional<double> parse_real(const std::string& text) {
  const auto value = parsed<double>(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

}  // namespace systole
