#pragma once
// One table a kind of map drives everything about it: reading, ranges, defaults, messages, resolved output,
// schema.
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/text.h"
#include "sim/config/yaml_tree.h"

namespace systole {

using Json = nlohmann::ordered_json;

/// One key of a map that fills a struct S.
template <class S>
struct Field {
  std::string key;
  std::string legal;        ///< completes "got X, legal: "
  std::string description;  ///< with the unit
  Json schema;              ///< JSON Schema of the value, unless `make_schema` makes it
  /// False: the value is not legal. May throw a UserError that knows better.
  std::function<bool(const YamlNode&, S&)> read;
  /// The value as YAML would spell it; null when there is none.
  std::function<Json(const S&)> write;
  bool is_required = false;
  /// Of maps, whose schema takes long to make and is seldom asked for.
  std::function<Json()> make_schema = {};

  Field required() && {
    is_required = true;
    return std::move(*this);
  }
};

template <class S>
using Table = std::vector<Field<S>>;

/// "key: what" at the value, or just "what" where the place already ends in the key.
/// "input=int8,weight=int4", the text under `key`, as the map that it stands for.
YamlNode map_of_pairs(const YamlNode& text, const std::string& key);
[[noreturn]] void fail_value(const YamlNode& value, const std::string& key, const std::string& what);
/// Refuses all keys of `map` but the legal ones, naming the nearest.
void check_keys(const YamlNode& map, const std::vector<std::string>& legal);

template <class S>
std::vector<std::string> keys_of(const Table<S>& table) {
  std::vector<std::string> keys;
  for (const Field<S>& field : table) keys.push_back(field.key);
  return keys;
}

/// The table's fields as fields of the struct that holds Sub in `member`.
template <class S, class Sub>
Table<S> lifted(const Table<Sub>& table, Sub S::*member) {
  Table<S> fields;
  for (const Field<Sub>& field : table) {
    fields.push_back(
        {field.key, field.legal, field.description, field.schema,
         [read = field.read, member](const YamlNode& node, S& out) { return read(node, out.*member); },
         [write = field.write, member](const S& in) { return write(in.*member); }, field.is_required,
         field.make_schema});
  }
  return fields;
}

/// Reads the map into `out`, which holds the defaults. `kind` names the map in messages.
template <class S>
void read_table(const YamlNode& map, const std::string& kind, const Table<S>& table, S& out) {
  if (map.kind != YamlNode::Kind::map) {
    fail_value(map, kind, "got " + map.described() + ", legal: a map of " + joined(keys_of(table)));
  }
  check_keys(map, keys_of(table));
  for (const Field<S>& field : table) {
    const YamlNode* value = map.find(field.key);
    if (value == nullptr && field.is_required) {
      fail_at(map.where, kind + ": missing key '" + field.key + "', legal: " + field.legal);
    }
    if (value != nullptr && !field.read(*value, out)) {
      fail_value(*value, field.key, "got " + value->described() + ", legal: " + field.legal);
    }
  }
}

template <class S>
Json write_table(const Table<S>& table, const S& value) {
  Json map = Json::object();
  for (const Field<S>& field : table) {
    Json written = field.write(value);
    if (!written.is_null()) map[field.key] = std::move(written);
  }
  return map;
}

template <class S>
Json schema_of(const Table<S>& table, const S& defaults) {
  Json properties = Json::object(), required = Json::array();
  for (const Field<S>& field : table) {
    Json property = field.make_schema ? field.make_schema() : field.schema;
    property["description"] = field.description;
    const Json value = field.write(defaults);
    if (field.is_required) {
      required.push_back(field.key);
    } else if (!value.is_null() && !value.is_object() && value != "") {
      property["default"] = value;
    }
    properties[field.key] = std::move(property);
  }
  Json schema = {{"type", "object"}, {"additionalProperties", false}, {"properties", properties}};
  if (!required.empty()) schema["required"] = required;
  return schema;
}

}  // namespace systole
