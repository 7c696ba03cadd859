#include "sim/report/terminal/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "sim/report/terminal/algorithm_tables.h"
#include "sim/report/terminal/bars.h"
#include "sim/report/terminal/bus_text.h"
#include "sim/report/terminal/table.h"
#include "sim/report/terminal/units.h"
#include "sim/report/terminal/wrap.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;
using Cells = std::vector<std::string>;

/// `algorithm`: nothing where there is no such column.
Cells row_of(const std::string& name, const std::optional<std::string>& algorithm, const Json& entry,
             const std::string& unit) {
  Cells cells = {name, grouped(entry["cycles"].get<uint64_t>()), percent(entry["utilization"].get<double>()),
                 engineering(entry["seconds"].get<double>(), "s"),
                 energy_text(entry["energy_pj"]["total"].get<double>(), unit)};
  for (const auto& [activity, cycles] : entry["pe_array"].items()) {
    cells.push_back(percent(cycles.get<double>() / entry["cycles"].get<double>()));
  }
  cells.push_back(entry["check"]["status"].get<std::string>());
  if (algorithm) cells.insert(cells.begin() + 1, *algorithm);
  return cells;
}

std::string name_of(const Json& layer) {
  const auto repeat = layer["repeat"].get<uint64_t>();
  const auto name = layer["name"].get<std::string>();
  return repeat == 1 ? name : fmt::format("{} (x{})", name, repeat);
}

std::string painted(const std::string& line, const std::string& status, const Style& style) {
  const std::string body = line.substr(0, line.size() - status.size());
  return body + (status == "pass"   ? style.green(status)
                 : status == "fail" ? style.red(status)
                                    : style.dim(status));
}

std::string layer_table(const Json& results, const std::string& unit, const Style& style) {
  std::vector<Cells> rows = {
      {"", "", "", "", "", "", "fill", "wait", "wait", "", ""},
      {"layer", "cycles", "util %", "time", "energy", "busy", "drain", "input", "output", "idle", "check"}};
  const bool has_choices = !results["choices"].empty();
  if (has_choices) {
    rows[0].insert(rows[0].begin() + 1, "");
    rows[1].insert(rows[1].begin() + 1, "algorithm");
  }
  const auto add = [&](const std::string& name, const std::string& algorithm, const Json& entry) {
    rows.push_back(row_of(name, has_choices ? std::optional(algorithm) : std::nullopt, entry, unit));
  };
  for (const Json& layer : results["layers"]) {
    const bool fails = layer["check"]["status"] == "fail";
    if (layer["winner"].get<bool>() || fails) add(name_of(layer), layer["algorithm"], layer);
  }
  add("total", "", results["totals"]);
  std::vector<size_t> optional = {6, 9, 2};  // drain, idle, util %
  if (has_choices) {
    for (size_t& column : optional) ++column;
  }
  const std::vector<std::string> lines = aligned(rows, style.columns, optional);
  const std::string rule = style.dim(std::string(width_of(lines.back()), '-')) + "\n";
  const std::string states = "% of the cycles of the PE array";
  const size_t room = style.columns > states.size() ? style.columns - states.size() : 0;
  const std::string over_states = left("", std::min(lines[1].find("busy"), room)) + states;
  std::string text =
      style.dim(over_states) + "\n" + style.bold(lines[0]) + "\n" + style.bold(lines[1]) + "\n" + rule;
  for (size_t i = 2; i < lines.size(); ++i) {
    if (i + 1 == lines.size()) text += rule;
    text += painted(lines[i], rows[i].back(), style) + "\n";
  }
  return text;
}

std::string joined_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::string energy_table(const Json& energy, const std::string& unit, const Style& style) {
  const auto total = energy["total"].get<double>();
  if (total <= 0) return "";
  const bool si = unit == "pJ";
  const double scale = si ? 1e-12 : 1;
  const auto bars = [&](const char* view, const Style& bar_style) {
    Json parts = energy[view];
    for (auto& part : parts) part = part.get<double>() * scale;
    return energy_bars(parts, total * scale, si ? "J" : unit, bar_style);
  };
  const std::vector<std::string> components = bars("by_component", style), tensors = bars("by_tensor", style);
  constexpr size_t kGap = 3;
  const auto width = [&](const char* view) { return width_of(bars(view, Style{false, style.utf8}).front()); };
  const size_t column = width("by_component") + kGap;
  if (column + width("by_tensor") > style.columns) {
    return style.bold("energy by component") + "\n" + joined_lines(components) + "\n" +
           style.bold("by tensor") + "\n" + joined_lines(tensors);
  }
  std::string text = style.bold(left("energy by component", column) + "by tensor") + "\n";
  for (size_t i = 0; i < std::max(components.size(), tensors.size()); ++i) {
    if (i >= tensors.size()) {
      text += components[i] + "\n";
    } else {
      const std::string first =
          i < components.size() ? components[i] + std::string(kGap, ' ') : std::string(column, ' ');
      text += first + tensors[i] + "\n";
    }
  }
  return text;
}

std::string totals_text(const Json& totals) {
  std::string text = fmt::format("{} MACs", grouped(totals["macs"].get<uint64_t>()));
  if (totals["power_w"].is_number() && totals["tops_per_w"].is_number()) {
    text += fmt::format("; {}, {:.3g} TOPS/W", engineering(totals["power_w"].get<double>(), "W"),
                        totals["tops_per_w"].get<double>());
  }
  return text;
}

/// Nothing where no layer was measured.
std::string fp64_text(const Json& check, const Style& style) {
  const Json& error = check["max_abs_error_fp64"];
  if (!error.is_number()) return "";
  return wrapped(fmt::format("largest error against fp64 {:.3g}", error.get<double>()), style, 2) + "\n";
}

std::string host_text(const Json& totals) {
  std::string text = fmt::format("simulated in {} of CPU time: {}/s, {}/s",
                                 engineering(totals["cpu_seconds"].get<double>(), "s"),
                                 engineering(totals["cycles_per_second"].get<double>(), "cycles"),
                                 engineering(totals["macs_per_second"].get<double>(), "MAC"));
  const auto layers = totals["layers"].get<uint64_t>(), timed = totals["timed_layers"].get<uint64_t>();
  if (timed != layers) text += fmt::format("; {} of {} layers timed, the rest equal them", timed, layers);
  return text;
}

/// Nothing where nothing was audited.
std::string audit_text(const Json& totals, const Style& style) {
  if (!totals.contains("audited_instructions")) return "";
  const std::string text =
      fmt::format("audit: waits order all {} instructions; {} pairs of accesses in no order share no byte",
                  grouped(totals["audited_instructions"].get<uint64_t>()),
                  grouped(totals["unordered_pairs"].get<uint64_t>()));
  return style.dim(wrapped(text, style, 2)) + "\n";
}

}  // namespace

std::string summary_of(const Json& results, const Json& host, const Style& style) {
  const auto unit = results["energy"]["unit"].get<std::string>();
  const std::string title =
      fmt::format("{} on {}, energy table {}", results["workload"]["name"].get<std::string>(),
                  results["arch"]["name"].get<std::string>(), results["energy"]["name"].get<std::string>());
  return style.bold(wrapped(title, style, 0)) + "\n\n" + layer_table(results, unit, style) + "\n" +
         algorithm_tables(results, style) + energy_table(results["totals"]["energy_pj"], unit, style) + "\n" +
         wrapped(totals_text(results["totals"]), style, 2) + "\n" +
         wrapped(bus_text(results["totals"]["dram"]), style, 2) + "\n" +
         fp64_text(results["totals"]["check"], style) +
         style.dim(wrapped(host_text(host["totals"]), style, 2)) + "\n" + audit_text(host["totals"], style);
}

}  // namespace systole
