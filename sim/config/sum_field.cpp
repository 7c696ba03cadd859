// How MMA units sum: a rule by its word, or aligned blocks by their bits; for all formats, or a map of those
// that have one.
#include "sim/config/sum_field.h"

#include <algorithm>

#include "sim/config/field_makers.h"
#include "sim/config/names.h"

namespace systole {
namespace {

using Summations = std::array<std::optional<Summation>, kFormatCount>;

const char* block_key() { return traits_of(SumRule::aligned_block).name; }

Table<Summation> block_table() {
  using F = FieldOf<AlignedSum>;
  const Table<AlignedSum> bits = {
      F::integer("fraction_bits", &AlignedSum::fraction_bits, {1, kMaxFractionBits},
                 "bits that terms keep below the largest one's leading bit"),
      F::integer("result_bits", &AlignedSum::result_bits,
                 {1, static_cast<uint64_t>(traits_of(Format::fp32).fraction_bits)},
                 "bits of fraction that the sum of a block keeps"),
      F::choice("rounding", &AlignedSum::rounding, listed(kRoundingNames), "of the sum of a block"),
  };
  return {FieldOf<Summation>::section(block_key(), &Summation::block, bits, "the bits of aligned blocks",
                                      Summation(SumRule::aligned_block).block)};
}

std::string legal_rules() {
  return fmt::format("{}, or a map {}: {{fraction_bits, result_bits, rounding}}", joined(sum_rule_names()),
                     block_key());
}

Json written(const Summation& summation) {
  if (summation == Summation(summation.rule)) return traits_of(summation.rule).name;
  return write_table(block_table(), summation);
}

Json schema_of_one() {
  return {{"anyOf", Json::array({{{"enum", sum_rule_names()}},
                                 schema_of(block_table(), Summation(SumRule::aligned_block))})}};
}

Table<Summations> formats_table() {
  Table<Summations> table;
  for (const Format format : formats()) {
    const auto index = static_cast<size_t>(format);
    table.push_back({name_of(format),
                     legal_rules(),
                     "how products of it are summed",
                     {},
                     [index, format](const YamlNode& node, Summations& out) {
                       out[index] = read_summation(node, name_of(format));
                       return true;
                     },
                     [index](const Summations& in) { return in[index] ? written(*in[index]) : Json(); }});
  }
  return table;
}

/// All formats alike, so that the schema says it once.
Json schema_of_map() {
  return {{"type", "object"},
          {"minProperties", 1},
          {"propertyNames", {{"enum", format_names()}}},
          {"additionalProperties", schema_of_one()}};
}

bool is_one_for_all(const Summations& sum) {
  return sum[0] && std::all_of(sum.begin(), sum.end(), [&](const auto& one) { return one == sum[0]; });
}

}  // namespace

Summation read_summation(const YamlNode& node, const std::string& key) {
  if (node.kind == YamlNode::Kind::map) {
    Summation summation = SumRule::aligned_block;
    read_table(node, key, block_table(), summation);
    return summation;
  }
  const auto index = index_in(sum_rule_names(), node);
  if (!index) fail_choice(node, key, sum_rule_names());
  return static_cast<SumRule>(*index);
}

Field<MmaParams> sum_field() {
  return {"sum",
          legal_rules() + ", or a map of formats to such",
          "how a step's products are added to a sum: see 'systole list rules'",
          {{"anyOf", Json::array({schema_of_one(), schema_of_map()})}},
          [](const YamlNode& node, MmaParams& out) {
            if (node.kind == YamlNode::Kind::map && node.find(block_key()) == nullptr) {
              out.sum = {};
              read_table(node, "sum", formats_table(), out.sum);
              return !node.entries.empty();
            }
            out.sum = for_every_format(std::optional(read_summation(node, "sum")));
            return true;
          },
          [](const MmaParams& in) {
            return is_one_for_all(in.sum) ? written(*in.sum[0]) : write_table(formats_table(), in.sum);
          }};
}

}  // namespace systole
