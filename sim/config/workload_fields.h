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
/// Of one tensor: input, weight, accumulator or output.
Field<Layer> format_part_field(const char* part);
Field<Layer> scale_field();
Field<Layer> activation_field();
/// A short word for the most common activation.
Field<Layer> relu_field();
Field<Layer> dataflow_field();
Field<Layer> algorithm_field();
Field<Layer> objective_field();
/// Where the numbers come from; files are found from the folder of the YAML.
Field<Layer> data_field();
Field<Layer> mapping_field();
/// Options of the algorithms that transform their operands, as far as they take such a layer.
std::vector<Field<Layer>> transform_fields(LayerType type);
/// What a layer may ask for: the registered algorithms, auto and all.
std::vector<std::string> algorithm_names();
/// Refuses shapes and combinations that no table entry can see. `node` is the layer's map, `root` the
/// document's.
void check_layer(const YamlNode& root, const YamlNode& node, const Layer& layer);
/// Refuses keys that the layer's algorithm has no use for; where the command line named the algorithm, takes
/// them back and notes them in the layer.
void settle_options(const YamlNode& root, const YamlNode& node, bool algorithm_from_command_line,
                    Layer& layer);
/// Refuses an objective of the whole workload that none of its layers is chosen by.
void check_common_objective(const YamlNode& root, const std::vector<Layer>& layers);
/// What settle_options() noted, a line each.
std::vector<std::string> notes_on(const std::vector<Layer>& layers);

}  // namespace systole
