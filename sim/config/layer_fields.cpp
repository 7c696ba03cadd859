#include "sim/config/field_makers.h"
#include "sim/config/names.h"
#include "sim/config/workload_fields.h"
#include "sim/lowering/lowering.h"

namespace systole {
namespace {

constexpr Range kExtent = {1, 1 << 24};
constexpr Range kStep = {1, 65535};
constexpr Range kPad = {0, 65535};
constexpr int64_t kLeastZero = -32768, kMostZero = 32767;

/// A scalar for all sides, or a list; two numbers for four sides are vertical and horizontal.
template <size_t N>
Field<ConvShape> sides(const char* key, std::array<uint32_t, N> ConvShape::*member, Range range,
                       const std::string& lists, const char* description) {
  const Json number = {{"type", "integer"}, {"minimum", range.min}, {"maximum", range.max}};
  return {key,
          fmt::format("an integer from {} to {}, or {}", range.min, range.max, lists),
          description,
          {{"anyOf", Json::array({number, {{"type", "array"}, {"items", number}}})}},
          [member, range](const YamlNode& node, ConvShape& out) {
            const bool is_list = node.kind == YamlNode::Kind::sequence;
            const size_t count = is_list ? node.items.size() : 1;
            if (is_list && count != 2 && count != N) return false;
            for (size_t i = 0; i < N; ++i) {
              const auto text = scalar_text(is_list ? node.items[i % count] : node, true);
              const auto value = text ? parse_unsigned(*text) : std::nullopt;
              if (!value || !range.has(*value)) return false;
              (out.*member)[i] = static_cast<uint32_t>(*value);
            }
            return true;
          },
          [member](const ConvShape& in) -> Json { return in.*member; }};
}

Table<ConvShape> conv_table() {
  using F = FieldOf<ConvShape>;
  using P = ConvShape;
  return {
      F::integer("N", &P::N, kExtent, "batch"),
      F::integer("C", &P::C, kExtent, "input channels").required(),
      F::integer("H", &P::H, kExtent, "input rows").required(),
      F::integer("W", &P::W, kExtent, "input columns").required(),
      F::integer("M", &P::M, kExtent, "output channels").required(),
      F::integer("R", &P::R, kExtent, "filter rows").required(),
      F::integer("S", &P::S, kExtent, "filter columns").required(),
      sides<2>("stride", &P::stride, kStep, "[vertical, horizontal]", "steps of the filter"),
      sides<4>("pad", &P::pad, kPad, "[vertical, horizontal], or [top, left, bottom, right]",
               "zeros around the input"),
      sides<2>("dilation", &P::dilation, kStep, "[vertical, horizontal]",
               "distance of filter taps; 1: dense"),
      F::integer("groups", &P::G, kExtent, "groups of channels"),
  };
}

Table<ConvShape> fc_table() {
  using F = FieldOf<ConvShape>;
  return {
      F::integer("N", &ConvShape::N, kExtent, "batch"),
      F::integer("C", &ConvShape::C, kExtent, "inputs").required(),
      F::integer("M", &ConvShape::M, kExtent, "outputs").required(),
  };
}

Table<GemmShape> gemm_table() {
  using F = FieldOf<GemmShape>;
  using P = GemmShape;
  return {
      F::integer("m", &P::m, kExtent, "rows of input and output").required(),
      F::integer("n", &P::n, kExtent, "columns of weight and output").required(),
      F::integer("k", &P::k, kExtent, "the summed dimension").required(),
      F::integer("batch", &P::batch, kExtent, "independent products"),
      F::boolean("transpose_a", &P::transpose_a, "the input lies as [batch][k][m]"),
      F::boolean("transpose_b", &P::transpose_b, "the weight lies as [batch][n][k]"),
  };
}

Table<ZeroPoints> zero_point_table() {
  using F = FieldOf<ZeroPoints>;
  return {F::whole("input", &ZeroPoints::input, kLeastZero, kMostZero, "of the input's format"),
          F::whole("weight", &ZeroPoints::weight, kLeastZero, kMostZero, "of the weight's format"),
          F::whole("output", &ZeroPoints::output, kLeastZero, kMostZero, "of the output's format")};
}

template <class Shape>
void append(Table<Layer>& table, const Table<Shape>& shape, Shape Layer::*member) {
  for (Field<Layer>& field : lifted<Layer>(shape, member)) table.push_back(std::move(field));
}

Table<Layer> make_layer_table(LayerType type) {
  using F = FieldOf<Layer>;
  Table<Layer> table = {
      F::text("name", &Layer::name, is_file_name, "letters, digits and _ - . +, up to 100",
              "unique in the workload")
          .required(),
      F::choice("type", &Layer::type, listed(kLayerTypeNames), "kind of layer").required(),
  };
  if (type == LayerType::conv) append(table, conv_table(), &Layer::conv);
  if (type == LayerType::fc) append(table, fc_table(), &Layer::conv);
  if (type == LayerType::gemm) append(table, gemm_table(), &Layer::gemm);
  table.push_back(format_field());
  table.push_back(algorithm_field());
  table.push_back(objective_field());
  table.push_back(data_field());
  table.push_back(F::boolean("bias", &Layer::bias, "adds a number per output channel"));
  table.push_back(activation_field());
  table.push_back(relu_field());
  table.push_back(scale_field());
  table.push_back(F::real("output_scale", &Layer::output_scale, kLeastScale, kMostScale,
                          "integers: what a step of an output of fewer bits stands for; with it and an "
                          "activation, results are fp32 before they are rounded"));
  table.push_back(F::section("zero_point", &Layer::zero_point, zero_point_table(),
                             "the integers that stand for 0: taken off operands, added to the output"));
  table.push_back(F::integer("repeat", &Layer::repeat, {1, 1000000}, "simulated once, counted so often"));
  table.push_back(dataflow_field());
  if (type == LayerType::conv) {
    table.push_back(F::choice("halo", &Layer::halo, listed(kHaloNames),
                              "input that consecutive tiles share; else kept where there is room"));
  }
  table.push_back(mapping_field());
  for (Field<Layer>& field : transform_fields(type)) table.push_back(std::move(field));
  return table;
}

}  // namespace

std::vector<std::string> algorithm_names() {
  std::vector<std::string> names;
  for (const Algorithm& algorithm : algorithms()) names.emplace_back(algorithm.name);
  names.insert(names.end(), {kAutoAlgorithm, kAllAlgorithms});
  return names;
}

Field<Layer> scale_field() {
  return FieldOf<Layer>::real("scale", &Layer::scale, kLeastScale, kMostScale,
                              "integers: of the sums, as they become outputs of fewer bits");
}

Field<Layer> dataflow_field() {
  return FieldOf<Layer>::choice("dataflow", &Layer::dataflow, dataflow_names(), "else the array's");
}

Field<Layer> algorithm_field() {
  return {"algorithm",
          joined(algorithm_names()),
          "how the layer is lowered",
          {{"enum", algorithm_names()}},
          [](const YamlNode& node, Layer& out) {
            if (!index_in(algorithm_names(), node)) fail_choice(node, "algorithm", algorithm_names());
            out.algorithm = node.text;
            return true;
          },
          [](const Layer& in) -> Json { return in.algorithm; }};
}

Field<Layer> objective_field() {
  Field<Layer> field =
      FieldOf<Layer>::choice("objective", &Layer::objective, listed(kAlgorithmObjectiveNames),
                             "what algorithm auto and all choose by");
  field.schema["default"] = kAlgorithmObjectiveNames[0];
  field.write = [write = field.write](const Layer& in) { return in.has_choice() ? write(in) : Json(); };
  return field;
}

const Table<Layer>& layer_table(LayerType type) {
  static const std::array<Table<Layer>, 3> tables = {
      make_layer_table(LayerType::conv), make_layer_table(LayerType::fc), make_layer_table(LayerType::gemm)};
  return tables[static_cast<size_t>(type)];
}

}  // namespace systole
