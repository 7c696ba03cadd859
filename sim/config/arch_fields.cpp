#include "sim/config/arch_fields.h"

#include <algorithm>

#include "sim/config/field_makers.h"
#include "sim/config/names.h"
#include "sim/config/sum_field.h"
#include "sim/mapping/summation.h"

namespace systole {
namespace {

constexpr uint64_t kGiB = uint64_t{1} << 30;

using Rates = std::array<MmaRate, kFormatCount>;

/// A rate for each format, those of 1 left out.
Table<Rates> rate_table() {
  Table<Rates> table;
  for (const Format format : formats()) {
    const auto index = static_cast<size_t>(format);
    Json legal = Json::array({"1/4", "1/2", 1, 2, 4, 8});
    table.push_back({name_of(format),
                     "1/4, 1/2, 1, 2, 4 or 8",
                     fmt::format("of {}", traits_of(format).name),
                     {{"enum", legal}, {"default", 1}},
                     [index](const YamlNode& node, Rates& out) {
                       const auto text = scalar_text(node, false);
                       const auto rate = text ? parse_fraction(*text) : std::nullopt;
                       if (!rate || rate->num > 8 || rate->den > 4 || (rate->num & (rate->num - 1)) != 0 ||
                           rate->num == 0 || (rate->den != 1 && rate->den != 2 && rate->den != 4))
                         return false;
                       out[index] = {static_cast<uint8_t>(rate->num), static_cast<uint8_t>(rate->den)};
                       return true;
                     },
                     [index](const Rates& in) -> Json {
                       const MmaRate& rate = in[index];
                       if (rate == MmaRate{}) return nullptr;
                       return rate.den == 1 ? Json(rate.num) : Json(rate_text(rate));
                     }});
  }
  return table;
}

Table<MmaInstruction> instruction_table() {
  using F = FieldOf<MmaInstruction>;
  using P = MmaInstruction;
  return {
      F::integer("m", &P::m, {0, 4096}, "rows of results, 0: rows * mma.m"),
      F::integer("n", &P::n, {0, 4096}, "columns of results, 0: cols * mma.n"),
      F::integer("k", &P::k, {0, 4096}, "products of each result, at rate 1, 0: mma.k"),
  };
}

Table<MmaParams> mma_table() {
  using F = FieldOf<MmaParams>;
  return {
      F::integer("m", &MmaParams::m, {1, 64}, "rows of the result block"),
      F::integer("n", &MmaParams::n, {1, 64}, "columns of the result block"),
      F::integer("k", &MmaParams::k, {1, 64}, "products summed into each result a cycle"),
      F::integer("latency", &MmaParams::latency, {1, 64}, "cycles from operands to sum"),
      F::integer("interval", &MmaParams::interval, {1, 64}, "cycles from step to step"),
      F::integer("accumulate", &MmaParams::accumulate, {1, 64},
                 "cycles from a step to the next one on the same accumulator block"),
      F::integer("set_gap", &MmaParams::set_gap, {0, 64},
                 "cycles by which the sum of a set's last step is later than those of the others"),
      F::integer("drain", &MmaParams::drain, {0, 64},
                 "cycles from the last sum of a fold until its results can leave"),
      F::section("instruction", &MmaParams::instruction, instruction_table(),
                 "what an instruction works on, a multiple of what all PEs do in a step"),
      F::integer("warps", &MmaParams::warps, {1, 64},
                 "instructions that a fold holds side by side along m, their steps in turn"),
      sum_field(),
      F::section("rate", &MmaParams::rate, rate_table(),
                 "products a cycle relative to k, by the wider of the operands' formats; 1 unless given"),
  };
}

Table<PeArrayParams> pe_array_table() {
  using F = FieldOf<PeArrayParams>;
  using P = PeArrayParams;
  return {
      F::integer("rows", &P::rows, {1, 1024}, "rows of PEs").required(),
      F::integer("cols", &P::cols, {1, 1024}, "columns of PEs").required(),
      F::choice("dataflow", &P::dataflow, dataflow_names(),
                "what stays in the PEs, unless a layer says otherwise"),
      F::choice("interconnect", &P::interconnect, listed(kInterconnectNames),
                "operands hop one PE a cycle, or lie on row and column buses"),
      F::boolean("overlap", &P::overlap, "a second register set hides a fold's fill under its predecessor"),
      F::section("mma", &P::mma, mma_table(),
                 "the matrix unit in each PE: D(m x n) += A(m x k) * B(k x n) a cycle"),
  };
}

Table<BufferParams> buffer_table() {
  using F = FieldOf<BufferParams>;
  using P = BufferParams;
  return {
      F::bytes("size", &P::size, {8, kGiB}, "bytes of the whole buffer").required(),
      F::integer("banks", &P::banks, {1, 1024, 1}, "banks of each slot"),
      F::integer("ports", &P::ports, {1, 4}, "accesses a bank serves in a cycle"),
      F::integer("width_bits", &P::width_bits, {64, 1024, 64}, "bits of a bank's word"),
      F::integer("slots", &P::slots, {1, 2}, "2: double buffering; 1: none"),
  };
}

Table<std::array<BufferParams, kBufferCount>> buffers_table() {
  using F = FieldOf<std::array<BufferParams, kBufferCount>>;
  const auto input = [](auto& buffers) -> auto& { return buffers[static_cast<int>(Space::input)]; };
  const auto weight = [](auto& buffers) -> auto& { return buffers[static_cast<int>(Space::weight)]; };
  const auto output = [](auto& buffers) -> auto& { return buffers[static_cast<int>(Space::output)]; };
  return {
      F::section("input", input, buffer_table(), "SRAM of the first operand").required(),
      F::section("weight", weight, buffer_table(), "SRAM of the second operand and the bias").required(),
      F::section("output", output, buffer_table(), "SRAM of results and partial sums").required(),
  };
}

Table<AccumulatorParams> accumulator_table() {
  using F = FieldOf<AccumulatorParams>;
  return {F::integer("entries", &AccumulatorParams::entries, {0, 1 << 20}, "result blocks kept per column")};
}

Table<FeederParams> feeder_table() {
  using F = FieldOf<FeederParams>;
  return {F::integer("index_rate", &FeederParams::index_rate, {0, 1 << 20},
                     "addresses computed a cycle, 0: as many as the array takes")};
}

Table<DmaParams> dma_table() {
  using F = FieldOf<DmaParams>;
  return {
      F::integer("outstanding", &DmaParams::outstanding, {1, 1024}, "bursts in flight at each port"),
      F::integer("burst_bytes", &DmaParams::burst_bytes, {8, 4096, 1}, "bytes a request asks for at most"),
      F::integer("ports", &DmaParams::ports, {1, 16},
                 "of each engine: bursts that it sends, and that it moves, in a cycle"),
  };
}

Table<VectorUnitParams> vector_unit_table() {
  using F = FieldOf<VectorUnitParams>;
  return {F::integer("lanes", &VectorUnitParams::lanes, {1, 4096}, "elements a cycle"),
          F::integer("registers", &VectorUnitParams::registers, {16, 4096},
                     "32-bit registers a lane, for its programs"),
          F::integer("special_cycles", &VectorUnitParams::special_cycles, {1, 64},
                     "of a reciprocal, reciprocal root, power, logarithm or table lookup")};
}

Table<ArchConfig> make_arch_table() {
  using F = FieldOf<ArchConfig>;
  return {
      F::text("name", &ArchConfig::name, is_file_name, "letters, digits and _ - . +, up to 100",
              "name of the architecture; the file's by default"),
      F::clock(
          "clock_mhz", [](auto& c) -> auto& { return c.params.clock_khz; }, "core clock in MHz"),
      F::section(
          "pe_array", [](auto& c) -> auto& { return c.params.pe_array; }, pe_array_table(),
          "the array of processing elements")
          .required(),
      F::section(
          "feeder", [](auto& c) -> auto& { return c.params.feeder; }, feeder_table(),
          "the generator of implicit_gemm's addresses"),
      F::section(
          "accumulators", [](auto& c) -> auto& { return c.params.accumulators; }, accumulator_table(),
          "partial sums kept at the foot of the columns"),
      F::section(
          "buffers", [](auto& c) -> auto& { return c.params.buffers; }, buffers_table(), "on-chip SRAM")
          .required(),
      F::section(
          "dma", [](auto& c) -> auto& { return c.params.dma; }, dma_table(), "load and store engines"),
      F::section(
          "vector_unit", [](auto& c) -> auto& { return c.params.vector_unit; }, vector_unit_table(),
          "bias, scale and activation"),
      dram_field(),
      F::choice("dram_energy", &ArchConfig::dram_energy, listed(kDramEnergyNames),
                "price of DRAM: the energy table's flat figure, the devices' currents, or pJ a bit of a kind "
                "of memory"),
      F::text(
          "energy", &ArchConfig::energy_table, [](const std::string& text) { return !text.empty(); },
          "the name of an energy table, or a path", "prices of the actions"),
      F::choice("residency", &ArchConfig::residency, listed(kResidencyNames),
                "where tensors start and end: in DRAM, or preloaded on chip"),
  };
}

}  // namespace

const Table<ArchConfig>& arch_table() {
  static const Table<ArchConfig> table = make_arch_table();
  return table;
}

Json arch_schema() {
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                 {"title", "Systole architecture"}};
  const ArchConfig defaults;
  schema.update(schema_of(arch_table(), defaults));
  return schema;
}

}  // namespace systole
