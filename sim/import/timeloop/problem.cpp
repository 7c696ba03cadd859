#include "sim/import/timeloop/problem.h"

#include <fmt/format.h>

#include <filesystem>

#include "sim/config/text.h"
#include "sim/import/names.h"
#include "sim/import/nodes.h"
#include "sim/import/timeloop/keys.h"
#include "sim/import/timeloop/mapping.h"
#include "sim/import/timeloop/shape.h"
#include "sim/import/timeloop/sizes.h"

namespace systole {
namespace {

namespace fs = std::filesystem;

/// An axis of a convolution: inputs, taps, and what lies between them.
struct Axis {
  uint64_t inputs = 1, taps = 1, stride = 1, dilation = 1;
  Where where;
};

Axis axis_of(const WindowAxis& window, const ProblemSizes& sizes) {
  Axis axis{1, sizes[window.tap], sizes[window.stride], sizes[window.dilation], sizes.where(window.pixel)};
  axis.inputs = (sizes[window.pixel] - 1) * axis.stride + (axis.taps - 1) * axis.dilation + 1;
  return axis;
}

void add_pair(YamlNode& layer, const char* key, const Axis& vertical, const Axis& horizontal,
              uint64_t Axis::*member) {
  if (vertical.*member == 1 && horizontal.*member == 1) return;
  const YamlNode both[] = {number_at(vertical.where, vertical.*member),
                           number_at(horizontal.where, horizontal.*member)};
  add(layer, key,
      vertical.*member == horizontal.*member ? both[0] : list_at(both[0].where, {both[0], both[1]}));
}

void add_conv(const ProblemShape& shape, const ProblemSizes& sizes, YamlNode& layer,
              std::vector<Note>& notes) {
  const bool is_flat = shape.axes.size() == 1;
  const Axis vertical = is_flat ? Axis{1, 1, 1, 1, layer.where} : axis_of(shape.axes[0], sizes);
  const Axis horizontal = axis_of(shape.axes.back(), sizes);
  const uint64_t groups = sizes.product(shape, Role::group), images = sizes.product(shape, Role::image);
  add(layer, "type", word_at(layer.where, "conv"));
  if (images > 1) add(layer, "N", number_at(layer.where, images));
  add(layer, "C", number_at(layer.where, sizes.product(shape, Role::channel) * groups));
  add(layer, "H", number_at(vertical.where, vertical.inputs));
  add(layer, "W", number_at(horizontal.where, horizontal.inputs));
  add(layer, "M", number_at(layer.where, sizes.product(shape, Role::filter) * groups));
  add(layer, "R", number_at(vertical.where, vertical.taps));
  add(layer, "S", number_at(horizontal.where, horizontal.taps));
  add_pair(layer, "stride", vertical, horizontal, &Axis::stride);
  add_pair(layer, "dilation", vertical, horizontal, &Axis::dilation);
  if (groups > 1) add(layer, "groups", number_at(layer.where, groups));
  notes.push_back(
      {0,
       fmt::format("the input is as large as {} outputs and the filter need, {} x {}, without padding",
                   is_flat ? fmt::format("{}", sizes[shape.axes[0].pixel])
                           : fmt::format("{} x {}", sizes[shape.axes[0].pixel], sizes[shape.axes[1].pixel]),
                   vertical.inputs, horizontal.inputs)});
  if (!is_flat)
    notes.push_back({0, fmt::format("{} is taken as vertical, {} as horizontal", shape.axes[0].pixel,
                                    shape.axes[1].pixel)});
}

void add_gemm(const ProblemShape& shape, const ProblemSizes& sizes, YamlNode& layer) {
  const uint64_t batch = sizes.product(shape, Role::group);
  add(layer, "type", word_at(layer.where, "gemm"));
  add(layer, "m", number_at(layer.where, sizes.product(shape, Role::image)));
  add(layer, "n", number_at(layer.where, sizes.product(shape, Role::filter)));
  add(layer, "k", number_at(layer.where, sizes.product(shape, Role::channel)));
  if (batch > 1) add(layer, "batch", number_at(layer.where, batch));
}

void note_other_keys(const YamlNode& root, std::vector<Note>& notes) {
  std::vector<std::string> others;
  for (const YamlNode::Entry& entry : root.entries) {
    if (entry.key != "problem" && entry.key != "mapping") others.push_back(shortened(entry.key));
  }
  if (!others.empty()) notes.push_back({0, "left out: " + joined(others)});
}

}  // namespace

Imported import_timeloop(const std::string& path, const std::optional<std::string>& mapping_path) {
  const YamlNode root = read_yaml_file(path);
  const YamlNode& problem = need_key(root, "problem");
  Imported imported;
  std::vector<Note>& notes = imported.notes;
  const std::string file = fs::path(path).filename().string();
  imported.origin = file + ", a Timeloop problem";
  note_other_keys(root, notes);
  const ProblemShape shape = read_shape(need_key(problem, "shape"), notes);
  const ProblemSizes sizes(problem, shape, notes);

  const YamlNode name = text_at(problem.where, name_of_file(path, "problem"));
  YamlNode layer = map_at(problem.where);
  add(layer, "name", name);
  if (shape.axes.empty()) {
    add_gemm(shape, sizes, layer);
  } else {
    add_conv(shape, sizes, layer, notes);
  }
  if (mapping_path) {
    const YamlNode other = read_yaml_file(*mapping_path);
    imported.origin += fmt::format(", and {}, its mapping", fs::path(*mapping_path).filename().string());
    add_mapping(need_key(other, "mapping"), shape, sizes, layer, notes);
  } else if (const YamlNode* mapping = root.find("mapping")) {
    add_mapping(*mapping, shape, sizes, layer, notes);
  }
  imported.root = map_at(root.where);
  add(imported.root, "name", name);
  add(imported.root, "layers", list_at(problem.where, {layer}));
  check_workload(imported);
  return imported;
}

}  // namespace systole
