#include "sim/report/terminal/algorithm_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "sim/config/text.h"
#include "sim/report/terminal/table.h"
#include "sim/report/terminal/units.h"
#include "sim/report/terminal/wrap.h"
#include "sim/workload/layer.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;
using Cells = std::vector<std::string>;

constexpr uint64_t kWordBytes = 8;
constexpr double kMostDigits = 100000;  // smaller counts are spelt out

/// The counts of these names over all units that count them.
std::string ops_text(const Json& ops, const std::vector<const char*>& paths) {
  double sum = 0;
  for (const char* path : paths) sum += ops.at(Json::json_pointer(path)).get<double>();
  return sum < kMostDigits ? grouped(static_cast<uint64_t>(sum)) : engineering(sum, "");
}

std::string bytes_text(uint64_t bytes) { return engineering(static_cast<double>(bytes), "B"); }

std::string error_text(const Json& check) {
  if (check.at("status") == "fail") return "fail";
  const Json& error = check.at("max_abs_error_fp64");
  if (!error.is_number()) return check.at("outputs_fp64") == 0 ? "-" : "inf";
  return error == 0 ? "0" : fmt::format("{:.2e}", error.get<double>());
}

Cells cells_of(const Json& layer, const std::string& unit) {
  const Json &ops = layer.at("ops"), &dram = layer.at("dram");
  uint64_t words = 0;
  for (const Json& buffer : layer.at("sram"))
    words += buffer.at("reads").get<uint64_t>() + buffer.at("writes").get<uint64_t>();
  const char* mark = layer.at("winner").get<bool>() ? "* " : "  ";
  return {mark + layer.at("algorithm").get<std::string>(),
          grouped(layer.at("cycles").get<uint64_t>()),
          ops_text(ops, {"/array/multiplies", "/vector_fp32/multiplies", "/vector_int32/multiplies"}),
          ops_text(ops, {"/array/adds", "/vector_fp32/adds", "/vector_int32/adds"}),
          ops_text(ops, {"/vector_fp32/shifts", "/vector_fp32/special", "/vector_fp32/other",
                         "/vector_int32/shifts", "/vector_int32/special", "/vector_int32/other",
                         "/index/divmods", "/index/multiplies", "/index/adds"}),
          bytes_text(dram.at("bus_bytes").get<uint64_t>()),
          bytes_text(words * kWordBytes),
          bytes_text(layer.at("workspace_bytes").get<uint64_t>()),
          energy_text(layer.at("energy_pj").at("total").get<double>(), unit),
          error_text(layer.at("check"))};
}

std::string table_of(const Json& choice, const Json& results, const Style& style) {
  const auto unit = results.at("energy").at("unit").get<std::string>();
  std::vector<Cells> rows = {{choice.at("layer").get<std::string>(), "cycles", "mult.", "adds", "other",
                              "DRAM bus", "SRAM", "workspace", "energy", "error"}};
  for (const Json& layer : results.at("layers")) {
    if (layer.at("name") == choice.at("layer")) rows.push_back(cells_of(layer, unit));
  }
  const std::vector<std::string> lines =
      aligned(rows, style.columns, {4, 6, 7, 9});  // other, SRAM, workspace, error
  std::string text = style.bold(lines.front()) + "\n";
  for (size_t i = 1; i < lines.size(); ++i)
    text += (rows[i].front().front() == '*' ? style.green(lines[i]) : lines[i]) + "\n";
  for (const Json& candidate : choice.at("candidates")) {
    if (candidate.at("declined").is_null()) continue;
    text += style.dim(wrapped(fmt::format("  {}: declined, {}", candidate.at("algorithm").get<std::string>(),
                                          candidate.at("declined").get<std::string>()),
                              style, 4)) +
            "\n";
  }
  return text + "\n";
}

}  // namespace

std::string algorithm_tables(const Json& results, const Style& style) {
  const Json& choices = results.at("choices");
  if (choices.empty()) return "";
  std::vector<std::string> objectives;
  for (const Json& choice : choices) {
    const auto objective = choice.at("objective").get<std::string>();
    if (std::find(objectives.begin(), objectives.end(), objective) == objectives.end())
      objectives.push_back(objective);
  }
  std::string text =
      style.dim(wrapped(
          fmt::format("algorithms chosen by {}; the totals are those of the chosen", joined(objectives)),
          style, 2)) +
      "\n\n";
  for (const Json& choice : choices) {
    if (choice.at("asked") == kAllAlgorithms) text += table_of(choice, results, style);
  }
  return text;
}

}  // namespace systole
