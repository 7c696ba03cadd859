#include <fmt/format.h>

#include <filesystem>

#include "sim/config/field_makers.h"
#include "sim/config/names.h"
#include "sim/config/workload_fields.h"

namespace systole {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kDrawn = {"normal", "integers"};

constexpr size_t kMostNumbers = 4096;

/// A .npy file, as an absolute path: the resolved workload can be read again from anywhere.
bool read_file(const YamlNode& node, const char* key, TensorSource& source) {
  const auto text = scalar_text(node, false);
  if (!text || fs::path(*text).extension() != ".npy") return false;
  std::error_code error;
  const fs::path path = fs::absolute(fs::path(*node.where.source).parent_path() / *text, error);
  if (!fs::is_regular_file(path, error)) {
    fail_value(node, std::string("data.") + key,
               "no such file " + quoted(*text) + ", legal: a path from the folder of this file");
  }
  if (!is_utf8(path.string())) {
    fail_value(node, std::string("data.") + key,
               "in a folder whose name is not UTF-8, legal: one whose name is");
  }
  source.file = path.lexically_normal().string();
  return true;
}

/// Appends the numbers of a list, or of lists of one shape, which is `shape` from `depth` on. False where
/// something is no number, lists differ, or there are too many.
bool read_numbers(const YamlNode& list, size_t depth, TensorSource& source) {
  const bool known = depth < source.shape.size();
  if (list.items.empty() || (known && source.shape[depth] != list.items.size())) return false;
  if (!known && !source.numbers.empty()) return false;  // numbers ended the lists before at this depth
  if (!known) source.shape.push_back(list.items.size());
  for (const YamlNode& item : list.items) {
    if (item.kind == YamlNode::Kind::sequence) {
      if (!read_numbers(item, depth + 1, source)) return false;
      continue;
    }
    const auto text = scalar_text(item, true);
    const auto number = text ? parse_real(*text) : std::nullopt;
    if (!number || depth + 1 != source.shape.size() || source.numbers.size() == kMostNumbers) return false;
    source.numbers.push_back(*number);
  }
  return true;
}

Field<DataSpec> source_field(const char* key, TensorSource DataSpec::*member) {
  const Json list = {{"type", "array"}, {"minItems", 1}};
  return {key,
          fmt::format("a .npy file, or up to {} numbers in a list, flat or nested", kMostNumbers),
          "file or numbers of the tensor; drawn when there are none",
          {{"anyOf", Json::array({{{"type", "string"}}, list})}},
          [key, member](const YamlNode& node, DataSpec& out) {
            TensorSource& source = out.*member;
            source.place = place_of(node.where);
            return node.kind == YamlNode::Kind::sequence ? read_numbers(node, 0, source)
                                                         : read_file(node, key, source);
          },
          [member](const DataSpec& in) {
            const TensorSource& source = in.*member;
            if (!source.numbers.empty()) return Json(source.numbers);
            return source.file.empty() ? Json() : Json(source.file);
          }};
}

Field<DataSpec> layout_field() {
  Field<DataSpec> field =
      FieldOf<DataSpec>::choice("layout", &DataSpec::layout, listed(kTensorLayoutNames),
                                "order of the axes of a conv's input and weight as given");
  field.schema["default"] = kTensorLayoutNames[0];
  return field;
}

const Table<DataSpec>& source_table() {
  static const Table<DataSpec> table = {
      source_field("input", &DataSpec::input), source_field("weight", &DataSpec::weight),
      source_field("bias", &DataSpec::bias), source_field("scale", &DataSpec::scale), layout_field()};
  return table;
}

}  // namespace

Field<Layer> data_field() {
  return {"data",
          "normal, integers, or a map of .npy files or numbers for input, weight, bias, scale",
          "seeded normals (default of fp32), seeded small integers (of int8), files, or numbers",
          {{"anyOf", Json::array({{{"enum", kDrawn}}, schema_of(source_table(), DataSpec{})})}},
          [](const YamlNode& node, Layer& out) {
            out.data = {};
            if (const auto index = index_in(kDrawn, node)) {
              out.data.kind = static_cast<DataKind>(*index);
            } else if (node.kind == YamlNode::Kind::map) {
              out.data.kind = DataKind::given;
              read_table(node, "data", source_table(), out.data);
            } else {
              return false;
            }
            return true;
          },
          [](const Layer& in) -> Json {
            if (in.data.kind == DataKind::given) return write_table(source_table(), in.data);
            return kDrawn[static_cast<size_t>(in.data.kind)];
          }};
}

}  // namespace systole
