#include <fmt/format.h>

#include <filesystem>
#include <set>

#include "sim/config/config.h"
#include "sim/config/field_makers.h"
#include "sim/config/layer_pattern.h"
#include "sim/config/names.h"
#include "sim/config/workload_fields.h"

namespace systole {
namespace {

/// A workload as its file says it. `layer_nodes` run parallel to the layers.
struct Draft {
  std::string name;
  Layer defaults;
  bool has_data = false;       ///< a default for all layers
  std::optional<float> scale;  ///< of layers that takes_scale() and have none
  std::vector<Layer> layers;
  std::vector<const YamlNode*> layer_nodes;
};

Layer read_layer(const YamlNode& node, const Layer& defaults) {
  Layer layer = defaults;
  const YamlNode* type = node.find("type");
  const std::vector<std::string> types = listed(kLayerTypeNames);
  const auto index = type == nullptr ? size_t{0} : index_in(types, *type);
  if (!index) fail_choice(*type, "type", types);
  const YamlNode* name = node.find("name");
  const bool has_name = name != nullptr && name->kind == YamlNode::Kind::scalar;
  read_table(node, has_name ? "layer " + quoted(name->text) : "layer",
             layer_table(static_cast<LayerType>(*index)), layer);
  return layer;
}

bool read_layers(const YamlNode& list, Draft& out) {
  std::set<std::string> names;
  for (const YamlNode& node : list.items) {
    out.layers.push_back(read_layer(node, out.defaults));
    out.layer_nodes.push_back(&node);
    const std::string& name = out.layers.back().name;
    if (!names.insert(name).second) {
      fail_at(node.find("name")->where,
              "name: " + quoted(name) + " is taken by an earlier layer, legal: unique names");
    }
  }
  return !out.layers.empty();
}

const Table<Draft>& workload_table() {
  static const Table<Draft> table = [] {
    Table<Draft> fields = lifted<Draft>(
        Table<Layer>{format_field(), algorithm_field(), objective_field(), data_field()}, &Draft::defaults);
    Field<Draft>& data = fields.back();
    data.read = [read = data.read](const YamlNode& node, Draft& out) {
      out.has_data = node.kind == YamlNode::Kind::scalar && read(node, out);
      return out.has_data;
    };
    data.legal = "normal, integers";
    fields.push_back(FieldOf<Draft>::real(
        "scale", &Draft::scale, kLeastScale, kMostScale,
        "of layers of integers that have none and whose outputs it makes narrower than their sums"));
    fields.insert(fields.begin(), FieldOf<Draft>::text("name", &Draft::name, is_file_name,
                                                       "letters, digits and _ - . +, up to 100",
                                                       "name of the workload; the file's by default"));
    Field<Draft> layers = {
        "layers",    "a list of at least one layer",     "what runs, in order", {{"type", "array"}},
        read_layers, [](const Draft&) { return Json(); }};
    fields.push_back(std::move(layers).required());
    return fields;
  }();
  return table;
}

/// The value of an option as a node, so that the table that reads the YAML reads it too.
YamlNode option_node(const char* option, const std::string& text) {
  YamlNode node;
  node.kind = YamlNode::Kind::scalar;
  node.text = text;
  node.where = {std::make_shared<const std::string>(option), 0, 0, ""};
  return node;
}

bool is_of_integers(const Layer& layer) { return !layer.formats().is_float(); }

/// A scale makes a difference where sums of integers become outputs of fewer bits.
bool takes_scale(const Layer& layer) {
  const LayerFormats scaled = layer.format.resolved(true);
  return !scaled.is_float() && scaled.converts();
}

/// The layers of the file, in their own formats.
bool is_as_written(const WorkloadOverrides& o) {
  return o.layers.empty() && !o.format && !o.format_input && !o.format_weight && !o.format_output &&
         !o.activation;
}

constexpr const char* kNoScale =
    "no layer has outputs of fewer bits than its sums of integers, legal: layers of int8 or uint8, "
    "--format int8";

/// Of every layer that takes one, whatever its file says.
void apply_scale(const std::string& text, std::vector<Layer>& layers) {
  const YamlNode node = option_node("--scale", text);
  Layer scaled;
  if (!scale_field().read(node, scaled))
    fail_at(node.where, "got " + quoted(text) + ", legal: " + scale_field().legal);
  bool has_use = false;
  for (Layer& layer : layers) {
    if (!takes_scale(layer)) continue;
    has_use = true;
    layer.scale = scaled.scale;
    layer.data.scale = {};
  }
  if (!has_use) fail_at(node.where, kNoScale);
}

void apply_options(const WorkloadOverrides& overrides, Layer& layer) {
  const auto apply = [&layer](const Field<Layer>& field, const char* option,
                              const std::optional<std::string>& text) {
    if (text) field.read(option_node(option, *text), layer);
  };
  apply(format_field(), "--format", overrides.format);
  apply(format_part_field("input"), "format.input", overrides.format_input);
  apply(format_part_field("weight"), "format.weight", overrides.format_weight);
  apply(format_part_field("accumulator"), "format.accumulator", overrides.format_accumulator);
  apply(format_part_field("output"), "format.output", overrides.format_output);
  apply(activation_field(), "--activation", overrides.activation);
  apply(algorithm_field(), "--algorithm", overrides.algorithm);
  apply(objective_field(), "--objective", overrides.objective);
  apply(dataflow_field(), "--dataflow", overrides.dataflow);
}

void keep_layers(const std::vector<std::string>& wanted, const std::string& workload, Draft& draft) {
  if (wanted.empty()) return;
  std::vector<std::string> names;
  for (const Layer& layer : draft.layers) names.push_back(layer.name);
  for (const std::string& pattern : wanted) {
    const std::string what = unmatched(pattern, workload, names);
    if (!what.empty()) fail_at(option_node("--layer", pattern).where, what);
  }
  Draft kept = draft;
  kept.layers.clear(), kept.layer_nodes.clear();
  for (size_t i = 0; i < names.size(); ++i) {
    if (!matches_layer(wanted, names[i])) continue;
    kept.layers.push_back(draft.layers[i]);
    kept.layer_nodes.push_back(draft.layer_nodes[i]);
  }
  draft = std::move(kept);
}

}  // namespace

WorkloadConfig workload_of(const YamlNode& root, const std::string& file_name,
                           const WorkloadOverrides& overrides) {
  Draft draft;
  draft.name = file_name;
  draft.defaults.algorithm = "direct";
  read_table(root, "workload", workload_table(), draft);
  if (!is_file_name(draft.name))
    fail_at(root.where, "the file's name is no name for it, legal: a key 'name'");
  if (!overrides.algorithm) check_common_objective(root, draft.layers);
  keep_layers(overrides.layers, draft.name, draft);

  WorkloadConfig config{draft.name, draft.layers, {}, {{"name", draft.name}, {"layers", Json::array()}}};
  for (Layer& layer : config.layers) apply_options(overrides, layer);
  if (overrides.scale) apply_scale(*overrides.scale, config.layers);
  bool scale_has_use = false;
  for (size_t i = 0; i < config.layers.size(); ++i) {
    Layer& layer = config.layers[i];
    const YamlNode& node = *draft.layer_nodes[i];
    if (!draft.has_data && node.find("data") == nullptr && is_of_integers(layer)) {
      layer.data.kind = DataKind::integers;
    }
    const bool takes = takes_scale(layer);
    scale_has_use = scale_has_use || takes;
    if (!layer.has_scale() && takes) layer.scale = draft.scale;
    settle_options(root, node, overrides.algorithm.has_value(), layer);
    check_layer(root, node, layer);
    config.resolved["layers"].push_back(write_table(layer_table(layer.type), layer));
  }
  if (draft.scale && !scale_has_use && is_as_written(overrides))
    fail_value(*root.find("scale"), "scale", kNoScale);
  config.notes = notes_on(config.layers);
  return config;
}

WorkloadConfig load_workload(const std::string& path_or_name, const WorkloadOverrides& overrides) {
  const std::string path = shipped_path(Shipped::workload, path_or_name);
  return workload_of(read_yaml_file(path), std::filesystem::path(path).stem().string(), overrides);
}

WorkloadConfig workload_from(const nlohmann::ordered_json& resolved, const std::string& source) {
  return workload_of(parse_yaml(resolved.dump(), {std::make_shared<const std::string>(source), 1, 1}), "",
                     {});
}

Json workload_schema() {
  Json layers = Json::array();
  Layer defaults;
  defaults.algorithm = "direct";
  for (size_t type = 0; type < kLayerTypeNames.size(); ++type) {
    layers.push_back(schema_of(layer_table(static_cast<LayerType>(type)), defaults));
    layers.back()["properties"]["type"]["enum"] = {kLayerTypeNames[type]};
  }
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "Systole workload"}};
  Draft draft;
  draft.defaults = defaults;
  schema.update(schema_of(workload_table(), draft));
  schema["properties"]["layers"]["items"] = {{"oneOf", layers}};
  return schema;
}

}  // namespace systole
