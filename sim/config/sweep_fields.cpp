#include "sim/config/sweep_fields.h"

#include <fmt/format.h>

#include "sim/config/config.h"
#include "sim/config/field_makers.h"
#include "sim/config/names.h"
#include "sim/config/workload_fields.h"

namespace systole {
namespace {

/// A scalar stands for a list of one.
std::vector<YamlNode> items_of(const YamlNode& node) {
  return node.kind == YamlNode::Kind::sequence ? node.items : std::vector<YamlNode>{node};
}

bool is_text(const YamlNode& node) { return node.kind == YamlNode::Kind::scalar && !node.text.empty(); }

/// One axis: a setting a value.
SweepFactor axis_of(const std::string& key, const Where& where, const YamlNode& values) {
  SweepFactor axis;
  for (const YamlNode& value : items_of(values)) axis.push_back({{key, where, value}});
  return axis;
}

const YamlNode& list_under(const YamlNode::Entry& entry) {
  if (entry.value.kind != YamlNode::Kind::sequence || entry.value.items.empty()) {
    fail_value(entry.value, entry.key, "got " + entry.value.described() + ", legal: a list of values");
  }
  return entry.value;
}

bool read_axes(const YamlNode& node, SweepDraft& out) {
  if (node.kind != YamlNode::Kind::map || node.entries.empty()) return false;
  for (const YamlNode::Entry& entry : node.entries)
    out.axes.push_back(axis_of(entry.key, entry.where, list_under(entry)));
  return true;
}

/// Lists of the same length that advance together.
SweepFactor zip_of(const YamlNode& map) {
  SweepFactor rows;
  for (const YamlNode::Entry& entry : map.entries) {
    const YamlNode& values = list_under(entry);
    if (rows.empty()) rows.resize(values.items.size());
    if (rows.size() != values.items.size()) {
      fail_value(values, entry.key,
                 fmt::format("{} values, legal: {}, as the list before it in this zip", values.items.size(),
                             rows.size()));
    }
    for (size_t i = 0; i < rows.size(); ++i) rows[i].push_back({entry.key, entry.where, values.items[i]});
  }
  return rows;
}

bool read_zips(const YamlNode& node, SweepDraft& out) {
  for (const YamlNode& map : items_of(node)) {
    if (map.kind != YamlNode::Kind::map || map.entries.empty()) return false;
    out.zips.push_back(zip_of(map));
  }
  return !out.zips.empty();
}

bool read_points(const YamlNode& node, SweepDraft& out) {
  if (node.kind != YamlNode::Kind::sequence) return false;
  for (const YamlNode& map : node.items) {
    if (map.kind != YamlNode::Kind::map || map.entries.empty()) return false;
    out.points.emplace_back();
    for (const YamlNode::Entry& entry : map.entries)
      out.points.back().push_back({entry.key, entry.where, entry.value});
  }
  return !out.points.empty();
}

Field<SweepDraft> subject(const char* key, const char* description) {
  const Json text = {{"type", "string"}};
  return {key,
          "a name or path, or a list of them",
          description,
          {{"anyOf", Json::array({text, {{"type", "array"}, {"items", text}, {"minItems", 1}}})}},
          [key](const YamlNode& node, SweepDraft& out) {
            for (const YamlNode& item : items_of(node)) {
              if (!is_text(item)) return false;
            }
            out.subjects.push_back(axis_of(key, node.where, node));
            return !out.subjects.back().empty();
          },
          [](const SweepDraft&) { return Json(); }};
}

/// A list of texts, or one.
Field<SweepDraft> texts(const char* key, std::vector<SweepText> SweepConfig::*member, const char* legal,
                        const char* description) {
  const Json text = {{"type", "string"}};
  return {key,
          legal,
          description,
          {{"anyOf", Json::array({text, {{"type", "array"}, {"items", text}}})}},
          [member](const YamlNode& node, SweepDraft& out) {
            for (const YamlNode& item : items_of(node)) {
              if (!is_text(item)) return false;
              (out.config.*member).push_back({item.text, item.where});
            }
            return true;
          },
          [](const SweepDraft&) { return Json(); }};
}

/// The paths of all plain values below a schema of an object: "pe_array.mma.k" to the value's schema.
void add_paths(const std::string& prefix, const Json& schema, Json& paths) {
  for (const auto& [key, value] : schema.at("properties").items()) {
    paths[prefix + key] = {{"type", "array"}, {"minItems", 1}, {"items", value}};
    if (value.contains("properties")) add_paths(prefix + key + ".", value, paths);
  }
}

Json make_axes_schema() {
  Json paths = Json::object();
  add_paths("", arch_schema(), paths);
  paths.erase("name");
  const auto list_of = [](const Json& item) -> Json {
    return {{"type", "array"}, {"minItems", 1}, {"items", item}};
  };
  for (const char* key : {"arch", "workload", "layer"}) paths[key] = list_of({{"type", "string"}});
  paths["algorithm"] = list_of({{"enum", algorithm_names()}});
  paths["objective"] = list_of({{"enum", listed(kAlgorithmObjectiveNames)}});
  paths["dataflow"] = list_of({{"enum", dataflow_names()}});
  paths["format"] = list_of(format_field().schema);
  paths["scale"] = list_of(scale_field().schema);
  const Json pairs = {{"type", "string"}, {"pattern", "="}};  // function=gelu,table=64
  paths["activation"] = list_of({{"anyOf", Json::array({activation_field().schema, pairs})}});
  for (const char* part : {"input", "weight", "accumulator", "output"})
    paths[std::string("format.") + part] = list_of(format_part_field(part).schema);
  return {{"type", "object"},
          {"properties", paths},
          {"patternProperties", {{"^dram\\.", {{"type", "array"}, {"minItems", 1}}}}},
          {"additionalProperties", false}};
}

/// The same keys with a single value each.
Json make_point_schema(const Json& axes) {
  Json point = axes;
  for (auto& property : point["properties"]) property = Json(property["items"]);
  point["patternProperties"] = {{"^dram\\.", true}};
  return point;
}

Field<SweepDraft> settings(const char* key, const char* legal, const char* description, const Json& schema,
                           bool (*read)(const YamlNode&, SweepDraft&)) {
  return {key, legal, description, schema, read, [](const SweepDraft&) { return Json(); }};
}

Field<SweepDraft> objectives_field() {
  std::vector<std::string> names;
  for (const Objective& objective : objectives()) names.emplace_back(objective.name);
  return {"objectives",
          "a list of two or more of " + joined(names),
          "what points are judged by: the Pareto front, and the best of each",
          {{"type", "array"}, {"minItems", 2}, {"items", {{"enum", names}}}},
          [names](const YamlNode& node, SweepDraft& out) {
            out.config.objectives.clear();
            for (const YamlNode& item : node.items) {
              if (!index_in(names, item)) fail_choice(item, "objectives", names);
              out.config.objectives.push_back(item.text);
            }
            return out.config.objectives.size() >= 2;
          },
          [](const SweepDraft& in) -> Json { return in.config.objectives; }};
}

Table<SweepDraft> make_sweep_table() {
  using F = FieldOf<SweepDraft>;
  const Json axes = {{"$ref", "#/$defs/axes"}}, point = {{"$ref", "#/$defs/point"}};
  return {
      F::text(
          "name", [](auto& d) -> auto& { return d.config.name; }, is_file_name,
          "letters, digits and _ - . +, up to 100", "name of the sweep; the file's by default"),
      subject("arch", "base architecture(s): names, or paths from the folder of this file"),
      subject("workload", "workload(s): names, or paths from the folder of this file"),
      texts("layers", &SweepConfig::layers, "names of layers, or patterns such as conv2_*",
            "only these layers of the workload"),
      settings(
          "axes", "a map of keys to lists of values",
          "keys of the architecture (pe_array.rows), algorithm, objective, dataflow, format, scale, layer: "
          "every combination",
          axes, read_axes),
      settings("zip", "a map of keys to lists of values, or a list of such maps",
               "lists of one length whose values advance together; combined with all else",
               {{"anyOf", Json::array({axes, {{"type", "array"}, {"items", axes}}})}}, read_zips),
      settings("points", "a list of maps of keys to values",
               "combinations given one by one; combined with all else",
               {{"type", "array"}, {"minItems", 1}, {"items", point}}, read_points),
      texts("where", &SweepConfig::conditions, "expressions such as pe_array.rows * pe_array.cols <= 1024",
            "points for which one of these is false or 0 are left out"),
      objectives_field(),
      F::integer(
          "seed", [](auto& d) -> auto& { return d.config.seed; }, {0, UINT64_MAX},
          "seed of the layers' data"),
      F::boolean(
          "check", [](auto& d) -> auto& { return d.config.check; },
          "compare the outputs with the references; without, no values are computed"),
      F::boolean(
          "fp64", [](auto& d) -> auto& { return d.config.fp64; },
          "measure the outputs' error against fp64 too: the figure max_abs_error_fp64"),
      F::section(
          "slurm", [](auto& d) -> auto& { return d.config.slurm; }, slurm_table(),
          "how --executor slurm submits the points"),
  };
}

}  // namespace

const Table<SweepDraft>& sweep_table() {
  static const Table<SweepDraft> table = make_sweep_table();
  return table;
}

Json sweep_definitions() {
  const Json axes = make_axes_schema();
  return {{"axes", axes}, {"point", make_point_schema(axes)}};
}

}  // namespace systole
