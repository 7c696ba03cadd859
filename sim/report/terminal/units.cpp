#include "sim/report/terminal/units.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace systole {

std::string grouped(uint64_t value) {
  std::string digits = std::to_string(value);
  for (size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string engineering(double value, const std::string& unit) {
  static constexpr std::array<const char*, 11> kPrefixes = {"f", "p", "n", "u", "m", "",
                                                            "k", "M", "G", "T", "P"};
  if (value == 0 || !std::isfinite(value)) return fmt::format("{} {}", value, unit);
  int prefix = 5;
  while (std::abs(value) >= 999.95 && prefix + 1 < static_cast<int>(kPrefixes.size()))
    value /= 1000, ++prefix;
  while (std::abs(value) < 0.99995 && prefix > 0) value *= 1000, --prefix;
  const double size = std::abs(value);
  const int decimals = size < 9.9995 ? 3 : size < 99.995 ? 2 : 1;
  return fmt::format("{:.{}f} {}{}", value, decimals, kPrefixes[prefix], unit);
}

std::string energy_text(double energy, const std::string& unit) {
  return unit == "pJ" ? engineering(energy * 1e-12, "J") : engineering(energy, unit);
}

std::string percent(double fraction) { return fmt::format("{:.1f}", fraction * 100); }

}  // namespace systole
