// The formats of a layer: a word for its operands, or a map of what each tensor has. On the command line
// "input=int8,weight=int4" stands for the map.
#include <fmt/format.h>

#include "sim/config/field_makers.h"
#include "sim/config/names.h"
#include "sim/config/workload_fields.h"

namespace systole {
namespace {

struct Part {
  const char* key;
  std::optional<Format> FormatRequest::*format;
  bool (*takes)(Format);  ///< with some operands
  const char* description;
};
bool any(Format) { return true; }
bool is_wide(Format format) { return format == wide_format(traits_of(format).lane); }
bool is_output(Format format) { return traits_of(format).is_output(); }

constexpr Part kParts[] = {
    {"input", &FormatRequest::input, any, "of the input; the weight's, else fp32"},
    {"weight", &FormatRequest::weight, any, "of the weight; else the input's"},
    {"accumulator", &FormatRequest::accumulator, is_wide, "of sums and bias"},
    {"output", &FormatRequest::output, is_output,
     "of the output; fp32 of fp32, tf32 and block-scaled formats, else of floating point the input's; int32 "
     "of integers, but int8 and uint8 of those where there is a scale"}};

Table<FormatRequest> parts_table() {
  Table<FormatRequest> table;
  for (const Part& part : kParts) {
    table.push_back(FieldOf<FormatRequest>::choice(part.key, part.format, format_names(), part.description));
    Json legal = Json::array();
    for (const Format format : formats()) {
      if (part.takes(format)) legal.push_back(name_of(format));
    }
    table.back().schema["enum"] = legal;
  }
  return table;
}

const Table<FormatRequest>& parts() {
  static const Table<FormatRequest> table = parts_table();
  return table;
}

bool read(const YamlNode& node, Layer& out) {
  FormatRequest request;
  if (node.kind == YamlNode::Kind::map) {
    read_table(node, "format", parts(), request);
  } else if (node.kind == YamlNode::Kind::scalar && node.text.find('=') != std::string::npos) {
    read_table(map_of_pairs(node, "format"), "format", parts(), request);
  } else if (node.kind != YamlNode::Kind::scalar) {
    return false;
  } else {
    const auto index = index_in(format_names(), node);
    if (!index) fail_choice(node, "format", format_names());
    request.input = static_cast<Format>(*index);
  }
  out.format = request;
  return true;
}

Json write(const Layer& in) {
  const FormatRequest& request = in.format;
  const bool is_word =
      !request.accumulator && !request.output && (!request.weight || request.weight == request.input);
  if (is_word) return name_of(request.resolved(false).input);
  return write_table(parts(), request);
}

}  // namespace

Field<Layer> format_field() {
  Json map = schema_of(parts(), FormatRequest{});
  return {"format",
          joined(format_names()) + ", or a map of input, weight, accumulator and output",
          "number format of the operands, or of each tensor",
          {{"anyOf", Json::array({{{"enum", format_names()}}, map})}},
          read,
          write};
}

Field<Layer> format_part_field(const char* part) {
  for (const Field<FormatRequest>& field : parts()) {
    if (field.key == part) return lifted<Layer>(Table<FormatRequest>{field}, &Layer::format).front();
  }
  throw std::logic_error("a layer has no such format");
}

}  // namespace systole
