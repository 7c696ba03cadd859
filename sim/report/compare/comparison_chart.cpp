#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/report/compare/comparison.h"
#include "sim/report/terminal/bars.h"
#include "sim/report/terminal/table.h"
#include "sim/report/terminal/units.h"
#include "sim/report/terminal/wrap.h"

namespace systole {
namespace {

constexpr size_t kMostCells = 32, kLeastCells = 4;
constexpr size_t kNameWidth = 20;
constexpr size_t kBesideBar = 68;  // columns of name, letter, amount, difference and ratio

std::string amount(double value, const std::string& unit) {
  if (unit == "%") return percent(value) + " %";
  if (unit == "pJ") return engineering(value * 1e-12, "J");
  if (unit == "TOPS/W") return fmt::format("{:.4g}", value);
  if (!unit.empty()) return engineering(value, unit);
  return value < 1e15 && value == std::floor(value) ? grouped(static_cast<uint64_t>(value))
                                                    : fmt::format("{:.4g}", value);
}

std::string change(double value, double first, const std::string& unit) {
  const double difference = value - first;
  const char* sign = difference < 0 ? "-" : "+";
  std::string text = difference == 0 ? "=" : sign + amount(std::abs(difference), unit);
  text = right(text, 16);
  if (first != 0) text += fmt::format("  x{:.3f}", value / first);
  return text;
}

double largest(const ComparedFigure& figure) {
  double most = 0;
  for (const auto& value : figure.values) most = std::max(most, value.value_or(0));
  return most;
}

size_t bar_cells(const Style& style) {
  const size_t room = style.columns > kBesideBar ? style.columns - kBesideBar : 0;
  return std::clamp(room, kLeastCells, kMostCells);
}

std::string figure_lines(const ComparedFigure& figure, double scale, const Style& style) {
  const std::optional<double> first = figure.values.front();
  std::string text;
  for (size_t r = 0; r < figure.values.size(); ++r) {
    const std::optional<double> value = figure.values[r];
    const std::string name = r == 0 ? aligned({{figure.name}}, kNameWidth).front() : "";
    text += fmt::format("{} {} ", left(name, kNameWidth), left(letter_of(r), 2));
    if (!value) {
      text += style.dim("-") + "\n";
      continue;
    }
    const std::string shown = bar(scale > 0 ? *value / scale : 0, bar_cells(style), style);
    text += (r == 0 ? style.dim(shown) : style.cyan(shown)) + " " + right(amount(*value, figure.unit), 15);
    if (r > 0 && first) text += " " + change(*value, *first, figure.unit);
    text += "\n";
  }
  return text;
}

bool has_value(const ComparedFigure& figure) {
  return std::any_of(figure.values.begin(), figure.values.end(), [](const auto& v) { return v.has_value(); });
}

std::string described(const SavedRun& run) {
  const auto name = [&](const char* part) { return run.results.at(part).at("name").get<std::string>(); };
  const auto status = run.results.at("totals").at("check").at("status").get<std::string>();
  return fmt::format("{} on {}, energy table {}, check {}", name("workload"), name("arch"), name("energy"),
                     status);
}

}  // namespace

std::string letter_of(size_t run) {
  const std::string last(1, static_cast<char>('A' + run % 26));
  return run < 26 ? last : letter_of(run / 26 - 1) + last;
}

std::string comparison_chart(const std::vector<SavedRun>& runs, const std::vector<ComparedSection>& sections,
                             const Style& style) {
  std::string text;
  for (size_t r = 0; r < runs.size(); ++r) {
    text += fmt::format("{} {}\n{}\n", left(letter_of(r), 2), style.bold(runs[r].name),
                        style.dim(wrapped("   " + described(runs[r]), style, 3)));
  }
  text += differences_text(runs, style);
  for (const ComparedSection& section : sections) {
    double common = 0;
    for (const ComparedFigure& figure : section.figures) common = std::max(common, largest(figure));
    text += "\n" + style.bold(section.title) + "\n";
    for (const ComparedFigure& figure : section.figures) {
      if (has_value(figure))
        text += figure_lines(figure, section.has_one_scale ? common : largest(figure), style);
    }
  }
  return text;
}

}  // namespace systole
