// The JSON Schema of results.json: its shape, with what each figure is and its unit.
#include "sim/report/figures.h"
#include "sim/report/json_shape.h"
#include "sim/report/results_shape.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

Json schema_of(const Json& shape);

Json object_schema(const Json& shape) {
  Json schema = {{"type", "object"}};
  for (const auto& [key, value] : shape.items()) {
    schema["properties"][key] = schema_of(value);
    schema["required"].push_back(key);
  }
  return schema;
}

Json schema_of(const Json& shape) {
  if (shape.is_object()) return object_schema(shape);
  if (shape.is_array()) {
    return shape.empty() ? Json{{"type", "array"}} : Json{{"type", "array"}, {"items", schema_of(shape[0])}};
  }
  if (is_text_or_null(shape)) return {{"type", {"string", "null"}}};
  if (shape.is_string()) return {{"type", "string"}};
  if (shape.is_boolean()) return {{"type", "boolean"}};
  if (shape.is_number_integer()) return {{"type", "integer"}, {"minimum", 0}};
  if (shape.is_null()) return {{"type", {"number", "null"}}};
  return {{"type", "number"}};
}

/// The schema of the key at "dram.bus_cycles" in that of an object.
Json& property_at(Json& schema, const std::string& path) {
  const size_t dot = path.find('.');
  Json& first = schema.at("properties").at(path.substr(0, dot));
  return dot == std::string::npos ? first : property_at(first, path.substr(dot + 1));
}

void describe(Json& schema, const Figure& figure) {
  Json& property = property_at(schema, figure.path);
  property["description"] = figure.description;
  if (!figure.unit.empty()) property["unit"] = figure.unit;
}

}  // namespace

Json results_schema() {
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "Systole results"}};
  schema.update(schema_of(results_shape()));
  for (const Figure& figure : layer_figures()) {
    describe(schema["properties"]["layers"]["items"], figure);
    if (figure.in_totals != InTotals::none) describe(schema["properties"]["totals"], figure);
  }
  return schema;
}

}  // namespace systole
