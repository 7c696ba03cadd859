#include <filesystem>

#include "sim/config/field_makers.h"
#include "sim/config/names.h"
#include "sim/config/workload_fields.h"

namespace systole {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kDrawn = {"normal", "integers"};

/// A .npy file, as an absolute path: the resolved workload can be read again from anywhere.
Field<DataSpec> file_field(const char* key, TensorSource DataSpec::*member) {
  return {key,
          "a .npy file",
          "file of the tensor; drawn when there is none",
          {{"type", "string"}},
          [key, member](const YamlNode& node, DataSpec& out) {
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
            out.*member = {path.lexically_normal().string(), place_of(node.where)};
            return true;
          },
          [member](const DataSpec& in) {
            const std::string& file = (in.*member).file;
            return file.empty() ? Json() : Json(file);
          }};
}

Field<DataSpec> layout_field() {
  Field<DataSpec> field = FieldOf<DataSpec>::choice("layout", &DataSpec::layout, listed(kTensorLayoutNames),
                                                    "order of the axes in the files of a conv");
  field.schema["default"] = kTensorLayoutNames[0];
  return field;
}

const Table<DataSpec>& source_table() {
  static const Table<DataSpec> table = {file_field("input", &DataSpec::input),
                                        file_field("weight", &DataSpec::weight),
                                        file_field("bias", &DataSpec::bias), layout_field()};
  return table;
}

}  // namespace

Field<Layer> data_field() {
  return {"data",
          "normal, integers, or a map of .npy files for input, weight, bias",
          "seeded normals (default of fp32), seeded small integers (of int8), or files",
          {{"anyOf", Json::array({{{"enum", kDrawn}}, schema_of(source_table(), DataSpec{})})}},
          [](const YamlNode& node, Layer& out) {
            out.data = {};
            if (const auto index = index_in(kDrawn, node)) {
              out.data.kind = static_cast<DataKind>(*index);
            } else if (node.kind == YamlNode::Kind::map) {
              out.data.kind = DataKind::files;
              read_table(node, "data", source_table(), out.data);
            } else {
              return false;
            }
            return true;
          },
          [](const Layer& in) -> Json {
            if (in.data.kind == DataKind::files) return write_table(source_table(), in.data);
            return kDrawn[static_cast<size_t>(in.data.kind)];
          }};
}

}  // namespace systole
