#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <string>

#include "sim/config/arch_fields.h"
#include "sim/config/banked_fields.h"
#include "sim/config/dram_dependents.h"
#include "sim/config/field_makers.h"
#include "sim/config/names.h"
#include "sim/config/override.h"

namespace systole {
namespace {

const std::vector<std::string> kModels = listed(kDramKindNames);
constexpr uint64_t kMaxGbpsDenominator = 1000000;

Field<DramParams> gbps_field() {
  return {"gbps",
          "a bandwidth from 0.001 to 100000 GB/s, such as 12.8 or 64/5, down to 0.000001",
          "bandwidth in GB/s, which is bytes per ns; a fraction is exact",
          {{"type", {"number", "string"}}},
          [](const YamlNode& node, DramParams& out) {
            const auto text = scalar_text(node, false);
            const auto value = text ? parse_fraction(*text) : std::nullopt;
            if (!value || value->den > kMaxGbpsDenominator) return false;
            if (value->num * 1000 < value->den || value->num > value->den * 100000) return false;
            out.bandwidth_num = value->num;
            out.bandwidth_den = value->den;
            return true;
          },
          [](const DramParams& in) -> Json {
            const std::string text = fraction_text({in.bandwidth_num, in.bandwidth_den});
            return text.find('/') == std::string::npos ? Json::parse(text) : Json(text);
          }};
}

Table<DramParams> make_model_table(DramKind kind) {
  using F = FieldOf<DramParams>;
  using P = DramParams;
  Table<DramParams> table = {F::choice("model", &P::kind, kModels, "how time passes in it")};
  if (kind == DramKind::fixed) {
    table.push_back(F::real("latency_ns", &P::latency_ns, 0, 1e6, "ns from a request to its first byte"));
    table.push_back(gbps_field());
    table.push_back(
        F::integer("max_outstanding", &P::max_outstanding, {1, 4096}, "bursts accepted and not answered"));
  }
  Field<P> clock = F::clock("clock_mhz", &P::clock_khz, "clock of the memory in MHz");
  table.push_back(kind == DramKind::banked ? std::move(clock).required() : std::move(clock));
  if (kind == DramKind::banked) {
    for (Field<P>& field : banked_table()) table.push_back(std::move(field));
    return table;
  }
  table.push_back(F::integer("burst_bytes", &P::burst_bytes, {8, 4096, 1}, "granularity of the bus"));
  table.push_back(F::bytes("capacity", &P::capacity, {uint64_t{1} << 20, uint64_t{1} << 40},
                           "bytes of the whole memory"));
  return table;
}

/// The keys that have an effect on the model.
const Table<DramParams>& model_table(DramKind kind) {
  static const std::array<Table<DramParams>, 3> kTables = {make_model_table(DramKind::fixed),
                                                           make_model_table(DramKind::ideal),
                                                           make_model_table(DramKind::banked)};
  return kTables[static_cast<size_t>(kind)];
}

/// Adds what `map` does not say itself, in nested maps too.
void add_missing(YamlNode& map, const YamlNode& more) {
  for (const YamlNode::Entry& entry : more.entries) {
    YamlNode* own = map.find(entry.key);
    if (own == nullptr) {
      map.entries.push_back(entry);
    } else if (own->kind == YamlNode::Kind::map && entry.value.kind == YamlNode::Kind::map) {
      add_missing(*own, entry.value);
    }
  }
}

/// A preset by its name, read once: a sweep asks for it at every point.
const YamlNode& preset_named(const YamlNode& preset) {
  static std::map<std::string, YamlNode> read_before;
  static std::mutex reading;
  const std::lock_guard lock(reading);
  const auto before = read_before.find(preset.text);
  if (preset.kind == YamlNode::Kind::scalar && before != read_before.end()) return before->second;
  const std::vector<std::string> known = shipped(Shipped::dram);
  if (!index_in(known, preset)) fail_choice(preset, "preset", known);
  YamlNode root = read_yaml_file(shipped_path(Shipped::dram, preset.text));
  return read_before.emplace(preset.text, std::move(root)).first->second;
}

/// The preset beside which the map stands.
const YamlNode& read_preset(const YamlNode& map, const YamlNode& preset) {
  const YamlNode& root = preset_named(preset);
  if (const YamlNode* model = map.find("model")) {
    fail_value(*model, "model",
               "given beside a preset, legal: one of them (--set dram=ideal replaces the whole map)");
  }
  return root;
}

/// `map`: with the keys of its preset, which no longer stands in it.
void read_model(const YamlNode& map, DramParams& out) {
  const YamlNode* model = map.find("model");
  const auto kind = model == nullptr ? size_t{0} : index_in(kModels, *model);
  if (!kind) fail_choice(*model, "model", kModels);
  read_table(map, "dram", model_table(static_cast<DramKind>(*kind)), out);
  if (out.kind == DramKind::banked) settle_banked(map, out);
}

/// The memory of `preset` with `own` beside it.
void read_beside(const YamlNode& preset, const YamlNode& own, DramParams& out) {
  DramParams alone = out;
  read_model(preset, alone);
  YamlNode map = own;
  add_missing(map, preset);
  read_model(map, out);
  check_dependents(own, alone, out);
}

bool read_dram(const YamlNode& node, ArchConfig& out) {
  YamlNode inline_map = node;
  expand_dram(inline_map);
  if (inline_map.kind != YamlNode::Kind::map) return false;
  const YamlNode* name = inline_map.find("preset");
  const YamlNode preset = name == nullptr ? YamlNode{} : read_preset(inline_map, *name);
  const YamlNode* model = (name == nullptr ? inline_map : preset).find("model");
  const auto kind = model == nullptr ? size_t{0} : index_in(kModels, *model);
  if (!kind) fail_choice(*model, "model", kModels);
  std::vector<std::string> legal = keys_of(model_table(static_cast<DramKind>(*kind)));
  legal.push_back("preset");
  check_keys(inline_map, legal);
  const auto is_preset = [](const YamlNode::Entry& entry) { return entry.key == "preset"; };
  YamlNode own = inline_map;
  own.entries.erase(std::remove_if(own.entries.begin(), own.entries.end(), is_preset), own.entries.end());
  if (name == nullptr) {
    read_model(own, out.params.dram);
  } else {
    read_beside(preset, own, out.params.dram);
  }
  return true;
}

/// A preset may have what the map leaves out.
void leave_out_required(Json& schema) {
  if (!schema.is_object()) return;
  schema.erase("required");
  for (Json& value : schema) leave_out_required(value);
}

Json dram_schema() {
  Json any = Json::array();
  for (const DramKind kind : {DramKind::fixed, DramKind::banked}) {
    Json map = schema_of(model_table(kind), DramParams{});
    leave_out_required(map);
    map["properties"]["preset"] = {{"type", "string"}, {"description", "a shipped file of these keys"}};
    any.push_back(map);
  }
  any.push_back({{"type", "string"}});
  return {{"anyOf", any}};
}

}  // namespace

void expand_dram(YamlNode& dram) {
  if (dram.kind != YamlNode::Kind::scalar) return;
  std::vector<std::string> names = kModels;
  for (const std::string& preset : shipped(Shipped::dram)) names.push_back(preset);
  const auto index = index_in(names, dram);
  if (!index) fail_choice(dram, "dram", names);
  YamlNode map;
  map.kind = YamlNode::Kind::map;
  map.where = dram.where;
  const char* key = *index < kModels.size() ? "model" : "preset";
  map.entries.push_back({key, dram.where, dram});
  dram = std::move(map);
}

DramParams load_dram(const std::string& path_or_name, const std::vector<Override>& overrides) {
  YamlNode own;
  own.kind = YamlNode::Kind::map;
  apply_overrides(own, overrides);
  DramParams dram;
  read_beside(read_yaml_file(shipped_path(Shipped::dram, path_or_name)), own, dram);
  return dram;
}

Field<ArchConfig> dram_field() {
  return {"dram",
          "a model or a preset by name, or a map of their keys",
          "the memory outside the chip",
          {},
          read_dram,
          [](const ArchConfig& in) { return write_table(model_table(in.params.dram.kind), in.params.dram); },
          false,
          dram_schema};
}

}  // namespace systole
