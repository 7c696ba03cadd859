#include "sim/report/sweep_shape.h"

#include <fmt/format.h>

#include "sim/config/sweep_file.h"
#include "sim/config/text.h"
#include "sim/report/json_shape.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;
using Misfit = std::optional<std::string>;

const Json& sweep_shape() {
  static const Json shape = {
      {"tool", {{"name", "systole"}, {"version", "0"}, {"sweep_version", kSweepVersion}}},
      {"name", "sweep"},
      {"objectives", Json::array({"cycles"})},
      {"combinations", 0},
      {"left_out", 0},
      {"identical", 0},
      {"points", Json::array({{{"point", "hash"}, {"status", "done"}, {"values", Json::object()}}})},
      {"groups",
       Json::array(
           {{{"values", Json::object()}, {"pareto", Json::array({"hash"})}, {"best", Json::object()}}})}};
  return shape;
}

Json totals_shape() {
  Json totals;
  for (const Objective& objective : objectives()) totals[objective.name] = nullptr;
  return totals;
}

Misfit misfit_of_texts(const std::string& path, const Json& texts) {
  if (!texts.is_object()) return path + " is no object";
  for (const auto& [key, text] : texts.items()) {
    if (!text.is_string()) return fmt::format("{}.{} is no text", path, shortened(key));
  }
  return std::nullopt;
}

Misfit misfit_of_point(const Json& point) {
  static const Json done = {
      {"check", "pass"}, {"energy_unit", "pJ"}, {"totals", totals_shape()}, {"pareto", false}};
  static const Json failed = {{"kind", "crash"}, {"reason", "none"}};
  const Json& status = point.at("status");
  if (!is_file_name(point.at("point").get<std::string>())) return "point is no hash";
  if (auto what = misfit_of_texts("values", point.at("values"))) return what;
  if (status == "done") return misfit(point, done);
  if (status == "failed") return misfit(point, failed);
  return status == "pending" ? Misfit() : "status is no status";
}

}  // namespace

Misfit sweep_misfit(const Json& sweep) {
  if (auto what = misfit(sweep, sweep_shape())) return what;
  if (!is_file_name(sweep.at("name").get<std::string>())) return "name is no name";
  if (sweep.at("objectives").size() < 2) return "objectives are not two or more";
  if (auto what = misfit_of_texts("set", sweep.value("set", Json::object()))) return what;
  for (const Json& name : sweep.at("objectives")) {
    if (find_objective(name.get<std::string>()) == nullptr) return "objectives hold an unknown one";
  }
  for (size_t i = 0; i < sweep.at("points").size(); ++i) {
    if (auto what = misfit_of_point(sweep.at("points")[i])) return fmt::format("points[{}].{}", i, *what);
  }
  for (size_t i = 0; i < sweep.at("groups").size(); ++i) {
    const Json& group = sweep.at("groups")[i];
    if (auto what = misfit_of_texts(fmt::format("groups[{}].values", i), group.at("values"))) return what;
    if (auto what = misfit_of_texts(fmt::format("groups[{}].best", i), group.at("best"))) return what;
  }
  return std::nullopt;
}

}  // namespace systole
