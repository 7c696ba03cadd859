#include "sim/report/terminal/bars.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/report/terminal/table.h"
#include "sim/report/terminal/units.h"

namespace systole {
namespace {

constexpr size_t kCells = 20;
constexpr size_t kLeastNameWidth = 12;

}  // namespace

std::string bar(double fraction, size_t cells, const Style& style) {
  static constexpr std::array<const char*, 8> kEighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double clamped = std::clamp(fraction, 0.0, 1.0);
  const auto eighths = static_cast<size_t>(clamped * 8 * static_cast<double>(cells) + 0.5);
  std::string text;
  if (!style.utf8) {
    text = std::string((eighths + 4) / 8, '#');
  } else {
    for (size_t cell = 0; cell < eighths / 8; ++cell) text += "█";
    text += kEighths[eighths % 8];
  }
  return left(text, cells);
}

std::vector<std::string> energy_bars(const nlohmann::ordered_json& parts, double total,
                                     const std::string& unit, const Style& style) {
  std::vector<std::string> lines;
  size_t name_width = kLeastNameWidth;
  for (const auto& [name, part] : parts.items()) {
    if (part.get<double>() != 0) name_width = std::max(name_width, name.size());
  }
  for (const auto& [name, part] : parts.items()) {
    const auto energy = part.get<double>();
    if (energy == 0) continue;
    const double share = energy / total;
    lines.push_back(fmt::format("{} {} {:>5} % {:>11}", left(name, name_width),
                                style.cyan(bar(share, kCells, style)), percent(share),
                                engineering(energy, unit)));
  }
  return lines;
}

}  // namespace systole
