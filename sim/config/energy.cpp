#include "sim/config/energy.h"

#include <fmt/format.h>

#include "sim/config/config.h"
#include "sim/config/field_makers.h"
#include "sim/config/names.h"

namespace systole {
namespace {

constexpr uint64_t kLargestSram = uint64_t{1} << 30;

template <class S>
Field<S> price_of(const char* action, double S::*member, const char* description) {
  return FieldOf<S>::real(action, member, 0, 1e9, description).required();
}

/// One section for each of these formats.
template <class Prices>
Table<std::array<Prices, kFormatCount>> by_format(const std::vector<Format>& formats,
                                                  const Table<Prices>& prices) {
  using PerFormat = std::array<Prices, kFormatCount>;
  Table<PerFormat> table;
  for (const Format format : formats) {
    const auto of_format = [format](auto& all) -> auto& { return all[static_cast<size_t>(format)]; };
    table.push_back(
        FieldOf<PerFormat>::section(name_of(format), of_format, prices, "prices of one format").required());
  }
  return table;
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

Table<EnergyTable> make_energy_fields() {
  using Make = FieldOf<EnergyTable>;
  const Table<ArrayPrices> array = {price_of("multiply", &ArrayPrices::multiply, "a product in the PE array"),
                                    price_of("add", &ArrayPrices::add, "a sum in the PE array")};
  const Table<VectorPrices> vector = {
      price_of("multiply", &VectorPrices::multiply, "in the vector unit"),
      price_of("add", &VectorPrices::add, "in the vector unit"),
      price_of("shift", &VectorPrices::shift, "a scaling by a power of two"),
      price_of("other", &VectorPrices::other, "comparing, clamping, rounding")};
  const Table<IndexPrices> index = {
      price_of("divmod", &IndexPrices::divmod, "quotient and remainder of integers"),
      price_of("multiply", &IndexPrices::multiply, "of integers"),
      price_of("add", &IndexPrices::add, "of integers")};
  const auto all_formats = formats();
  const auto any_text = [](const std::string& text) { return !text.empty() && text.size() <= 200; };
  return {
      Make::text("name", &EnergyTable::name, is_file_name, "a name of letters, digits, '_', '-', '.'",
                 "of the table")
          .required(),
      Make::text("summary", &EnergyTable::summary, any_text, "a text of 1 to 200 bytes",
                 "what the prices stand for"),
      Make::choice("unit", &EnergyTable::unit, {kEnergyUnitNames.begin(), kEnergyUnitNames.end()},
                   "of every price: picojoules, or multiples of one multiply-accumulate"),
      Make::section("array", &EnergyTable::array, by_format({all_formats.begin(), all_formats.end()}, array),
                    "operations of the PE array")
          .required(),
      Make::section("vector", &EnergyTable::vector, by_format({Format::fp32, Format::int32}, vector),
                    "operations of the vector unit")
          .required(),
      Make::section("index", &EnergyTable::index, index, "integer arithmetic of the address generators")
          .required(),
      price_of("accumulator_access", &EnergyTable::accumulator_access,
               "4 bytes read or written at a column's foot"),
      sram_field(),
      price_of("dram", &EnergyTable::dram_64b, "64 bits on the DRAM's bus"),
      price_of("static_cycle", &EnergyTable::static_cycle, "each core cycle, whatever happens in it"),
  };
}

const Table<EnergyTable>& energy_fields() {
  static const Table<EnergyTable> kFields = make_energy_fields();
  return kFields;
}

EnergyFile energy_file_of(const YamlNode& root) {
  EnergyFile file;
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
  return energy_file_of(read_yaml_file(shipped_path(Shipped::energy, path_or_name)));
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
