#include "sim/config/energy.h"

#include <fmt/format.h>

#include "models/number/format.h"
#include "sim/config/config.h"
#include "sim/config/energy_inherit.h"
#include "sim/config/field_makers.h"
#include "sim/config/names.h"

namespace systole {
namespace {

constexpr uint64_t kLargestSram = uint64_t{1} << 30;

const char* array_section(size_t format) { return traits_of(static_cast<Format>(format)).name; }
const char* vector_section(size_t number) { return kLaneNumberNames[number]; }
static_assert(kLaneNumberNames.size() == kVectorNumberCount);

template <class S>
Field<S> price_of(const char* action, double S::*member, const char* description) {
  return FieldOf<S>::real(action, member, 0, 1e9, description).required();
}

Table<ArrayPrices> array_fields(size_t /*format*/ = 0) {
  return {price_of("multiply", &ArrayPrices::multiply, "a product of operands in this format"),
          price_of("add", &ArrayPrices::add, "a sum kept in this format")};
}

/// No special function is one of integers.
Table<VectorPrices> vector_fields(size_t number) {
  Table<VectorPrices> table = {price_of("multiply", &VectorPrices::multiply, "in the vector unit"),
                               price_of("add", &VectorPrices::add, "in the vector unit"),
                               price_of("shift", &VectorPrices::shift, "a scaling by a power of two"),
                               price_of("other", &VectorPrices::other, "comparing, clamping, rounding")};
  if (static_cast<LaneNumber>(number) == LaneNumber::fp32) {
    table.push_back(price_of("special", &VectorPrices::special,
                             "a reciprocal, reciprocal root, power of two, logarithm or table lookup"));
  }
  return table;
}

Table<IndexPrices> index_fields() {
  return {price_of("divmod", &IndexPrices::divmod, "quotient and remainder of integers"),
          price_of("multiply", &IndexPrices::multiply, "of integers"),
          price_of("add", &IndexPrices::add, "of integers")};
}

/// One section for each name.
template <size_t kCount, class Prices, class NameOf>
Table<std::array<Prices, kCount>> by_name(Table<Prices> (*prices)(size_t), const NameOf& name_of) {
  using PerName = std::array<Prices, kCount>;
  Table<PerName> table;
  for (size_t i = 0; i < kCount; ++i) {
    const auto of_name = [i](auto& all) -> auto& { return all[i]; };
    table.push_back(
        FieldOf<PerName>::section(name_of(i), of_name, prices(i), "prices of one format").required());
  }
  return table;
}

Table<RegisterPrices> register_fields() {
  return {price_of("operand", &RegisterPrices::operand, "64 bits of operands read or written in a PE"),
          price_of("accumulator", &RegisterPrices::accumulator, "64 bits of sums read or written in a PE")};
}

Table<SramPrice> sram_prices() {
  using Make = FieldOf<SramPrice>;
  return {Make::bytes("up_to", &SramPrice::up_to, {1, kLargestSram}, "size of the memory").required(),
          price_of("access", &SramPrice::access, "64 bits read or written")};
}

Field<EnergyTable> sram_field() {
  const Table<SramPrice> table = sram_prices();
  return {"sram",
          "a list of {up_to, access}, sizes ascending",
          "price of 64 bits by the size of the buffer",
          {{"type", "array"}, {"minItems", 1}, {"items", schema_of(table, SramPrice{})}},
          [table](const YamlNode& node, EnergyTable& out) {
            for (const YamlNode& item : node.items) {
              SramPrice price;
              read_table(item, "sram", table, price);
              if (!out.sram.empty() && price.up_to <= out.sram.back().up_to) {
                fail_value(item, "sram", "sizes do not ascend, legal: each up_to larger than the one before");
              }
              out.sram.push_back(price);
            }
            return node.kind == YamlNode::Kind::sequence && !node.items.empty();
          },
          [table](const EnergyTable& in) {
            Json list = Json::array();
            for (const SramPrice& price : in.sram) list.push_back(write_table(table, price));
            return list;
          },
          true};
}

/// The table that fills in what this one lacks: read_energy_tree() has done so.
Field<EnergyTable> inherit_field() {
  return {kInherit,
          "the name of an energy table, or a path",
          "the table that every price missing here is taken from",
          {{"type", "string"}},
          [](const YamlNode& node, EnergyTable&) { return scalar_text(node, false).has_value(); },
          [](const EnergyTable&) { return Json(); }};
}

/// What a resolved table says of its origin.
Field<EnergyTable> inherited_field() {
  return {"inherited",
          "a map from table to a list of its prices, as results.json has it; a table inherits by `inherit`",
          "where the prices came from that the table's file lacked",
          {{"type", "object"}},
          [](const YamlNode& node, EnergyTable& out) {
            for (const YamlNode::Entry& entry : node.entries) {
              InheritedPrices& inherited = out.inherited.emplace_back();
              inherited.table = entry.key;
              for (const YamlNode& price : entry.value.items) inherited.prices.push_back(price.text);
            }
            return node.kind == YamlNode::Kind::map;
          },
          [](const EnergyTable& in) {
            Json json;
            for (const auto& [table, prices] : in.inherited) json[table] = prices;
            return json;
          }};
}

Table<EnergyTable> make_energy_fields() {
  using Make = FieldOf<EnergyTable>;
  const auto any_text = [](const std::string& text) { return text.size() <= 200; };
  return {
      Make::text("name", &EnergyTable::name, is_file_name, "a name of letters, digits, '_', '-', '.'",
                 "of the table")
          .required(),
      Make::text("summary", &EnergyTable::summary, any_text, "a text of up to 200 bytes",
                 "what the prices stand for"),
      Make::choice("unit", &EnergyTable::unit, {kEnergyUnitNames.begin(), kEnergyUnitNames.end()},
                   "of every price: picojoules, or multiples of one multiply-accumulate"),
      inherit_field(),
      inherited_field(),
      Make::section("array", &EnergyTable::array, by_name<kFormatCount>(array_fields, array_section),
                    "operations of the PE array, by format")
          .required(),
      Make::section("vector", &EnergyTable::vector,
                    by_name<kVectorNumberCount>(vector_fields, vector_section),
                    "operations of the vector unit, by what its lanes hold")
          .required(),
      Make::section("index", &EnergyTable::index, index_fields(),
                    "integer arithmetic of the address generators")
          .required(),
      price_of("accumulator_access", &EnergyTable::accumulator_access,
               "4 bytes read or written at a column's foot"),
      Make::section("registers", &EnergyTable::registers, register_fields(), "registers of the PEs")
          .required(),
      price_of("hop", &EnergyTable::hop, "64 bits handed from a PE to its neighbour"),
      sram_field(),
      price_of("dram", &EnergyTable::dram_64b, "64 bits on the DRAM's bus"),
      price_of("static_cycle", &EnergyTable::static_cycle, "each core cycle, whatever happens in it"),
  };
}

const Table<EnergyTable>& energy_fields() {
  static const Table<EnergyTable> kFields = make_energy_fields();
  return kFields;
}

/// Refuses a table without the price at `path`, "array.fp16.multiply"; what should be a map and is none is
/// refused when it is read.
void require_price(const YamlNode& root, const std::string& path) {
  const YamlNode *map = &root, *own = &root;
  for (size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1) {
    end = path.find('.', begin);
    if (map->kind != YamlNode::Kind::map) return;
    map = map->find(path.substr(begin, end - begin));
    if (map == nullptr) {
      fail_at(own->where,
              path + (root.find(kInherit) == nullptr
                          ? " has no price, legal: one here, or 'inherit: TABLE' of one that has it"
                          : " has no price, here or in what is inherited, legal: one here"));
    }
    if (*map->where.source == *root.where.source) own = map;
  }
}

void require_prices(const YamlNode& root) {
  for (size_t f = 0; f < kFormatCount; ++f) {
    for (const std::string& action : keys_of(array_fields()))
      require_price(root, fmt::format("array.{}.{}", array_section(f), action));
  }
  for (size_t n = 0; n < kVectorNumberCount; ++n) {
    for (const std::string& action : keys_of(vector_fields(n)))
      require_price(root, fmt::format("vector.{}.{}", vector_section(n), action));
  }
  for (const std::string& action : keys_of(index_fields())) require_price(root, "index." + action);
  for (const std::string& action : keys_of(register_fields())) require_price(root, "registers." + action);
  for (const char* price : {"accumulator_access", "hop", "sram", "dram", "static_cycle"})
    require_price(root, price);
}

EnergyFile energy_file_of(const YamlNode& root) {
  EnergyFile file;
  require_prices(root);
  read_table(root, "energy table", energy_fields(), file.table);
  file.sram = *root.find("sram");
  return file;
}

}  // namespace

void check_prices(const EnergyFile& file, const AcceleratorParams& machine) {
  constexpr std::array<const char*, kBufferCount> kBuffers = {"input", "weight", "output"};
  for (int b = 0; b < kBufferCount; ++b) {
    const uint64_t bytes = machine.buffers[b].size;
    if (file.table.sram_64b(bytes) != nullptr) continue;
    fail_value(file.sram, "sram",
               fmt::format("no price for an access to buffers.{} of {}, the largest priced is {}",
                           kBuffers[b], bytes_text(bytes), bytes_text(file.table.sram.back().up_to)));
  }
}

EnergyFile load_energy_file(const std::string& path_or_name) {
  const YamlNode root = read_energy_tree(shipped_path(Shipped::energy, path_or_name));
  EnergyFile file = energy_file_of(root);
  if (root.find(kInherit) != nullptr) file.table.inherited = inherited_prices(root);
  return file;
}

EnergyTable load_energy_table(const std::string& path_or_name, const AcceleratorParams& machine) {
  EnergyFile file = load_energy_file(path_or_name);
  check_prices(file, machine);
  return std::move(file.table);
}

EnergyTable energy_table_from(const nlohmann::ordered_json& resolved, const AcceleratorParams& machine,
                              const std::string& source) {
  EnergyFile file =
      energy_file_of(parse_yaml(resolved.dump(), {std::make_shared<const std::string>(source), 1, 1}));
  check_prices(file, machine);
  return std::move(file.table);
}

nlohmann::ordered_json resolved(const EnergyTable& table) { return write_table(energy_fields(), table); }

}  // namespace systole
