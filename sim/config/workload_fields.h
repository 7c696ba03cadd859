#pragma once
#include "sim/config/config.h"
#include "sim/config/fields.h"
#include "sim/workload/layer.h"

namespace systole {

/// The workload a document says; `file_name` is its name unless it says another.
WorkloadConfig workload_of(const YamlNode& root, const std::string& file_name,
                           const WorkloadOverrides& overrides);
/// The keys of a layer of this type.
const Table<Layer>& layer_table(LayerType type);
Field<Layer> format_field();
Field<Layer> dataflow_field();
Field<Layer> algorithm_field();
Field<Layer> objective_field();
/// Where the numbers come from; files are found from the folder of the YAML.
Field<Layer> data_field();
Field<Layer> mapping_field();
/// Options of the algorithms that transform their operands.
std::vector<Field<Layer>> transform_fields();
/// What a layer may ask for: the registered algorithms, auto and all.
std::vector<std::string> algorithm_names();
/// Refuses shapes and combinations that no table entry can see. `node` is the layer's map, `root` the
/// document's.
void check_layer(const YamlNode& root, const YamlNode& node, const Layer& layer);

}  // namespace systole
