#include "sim/config/field_makers.h"
#include "sim/config/names.h"
#include "sim/config/workload_fields.h"
#include "sim/lowering/transform/fft_program.h"

namespace systole {
namespace {

const std::vector<std::string> kWeights = {"run_time", "pretransformed"};
const std::vector<std::string> kGemmMethods = {"plain", "strassen"};
const std::vector<std::string> kStrassenForms = {"strassen", "winograd"};
const std::vector<std::string> kProducts = {"standard", "gauss"};
const std::vector<std::string> kWinogradTiles = {"2", "3", "4", "6"};

Field<TransformOptions> weights_field() {
  return {"weights",
          joined(kWeights),
          "when an algorithm that transforms the weights does so",
          {{"enum", kWeights}},
          [](const YamlNode& node, TransformOptions& out) {
            const auto index = index_in(kWeights, node);
            if (!index) fail_choice(node, "weights", kWeights);
            out.pretransformed = *index == 1;
            return true;
          },
          [](const TransformOptions& in) -> Json { return kWeights[in.pretransformed ? 1 : 0]; }};
}

Field<TransformOptions> winograd_m_field() {
  return {"m",
          "2, 3, 4 or 6",
          "outputs of a tile along an axis; else the cheapest",
          {{"enum", Json::array({2, 3, 4, 6})}},
          [](const YamlNode& node, TransformOptions& out) {
            const auto index = index_in(kWinogradTiles, node);
            if (!index) fail_choice(node, "m", kWinogradTiles);
            out.winograd_m = static_cast<uint32_t>(std::stoul(kWinogradTiles[*index]));
            return true;
          },
          [](const TransformOptions& in) -> Json { return in.winograd_m ? Json(*in.winograd_m) : Json(); }};
}

Field<TransformOptions> fft_n_field() {
  constexpr uint32_t kMax = 256;
  return {"n",
          "2^a 3^b 5^c from 4 to 256",
          "inputs of an fft_tiling tile along an axis; else the cheapest",
          {{"type", "integer"}, {"minimum", 4}, {"maximum", kMax}},
          [](const YamlNode& node, TransformOptions& out) {
            const auto text = scalar_text(node, true);
            const auto value = text ? parse_unsigned(*text) : std::nullopt;
            if (!value || *value < 4 || *value > kMax) return false;
            const auto n = static_cast<uint32_t>(*value);
            if (next_fourier_size(n) != n) return false;
            out.fft_n = n;
            return true;
          },
          [](const TransformOptions& in) -> Json { return in.fft_n ? Json(*in.fft_n) : Json(); }};
}

/// A map of its own, left out of what is written where it says nothing.
Field<TransformOptions> group(const char* key, const Table<TransformOptions>& table,
                              const char* description) {
  const auto self = [](auto& options) -> auto& { return options; };
  Field<TransformOptions> field = FieldOf<TransformOptions>::section(key, self, table, description);
  field.write = [write = field.write](const TransformOptions& in) {
    Json map = write(in);
    return map.empty() ? Json() : map;
  };
  return field;
}

}  // namespace

std::vector<Field<Layer>> transform_fields(LayerType type) {
  using F = FieldOf<TransformOptions>;
  Table<TransformOptions> table = {weights_field()};
  if (type == LayerType::conv) {
    table.push_back(F::boolean("transform_cse", &TransformOptions::transform_cse,
                               "rows of a transform share sums and scaled terms"));
    table.push_back(group("winograd", {winograd_m_field()}, "what of Winograd's tiles is fixed"));
    table.push_back(
        group("fft",
              {fft_n_field(), F::choice("products", &TransformOptions::products, kProducts,
                                        "complex products by 4 real multiplies, or by Gauss's 3")},
              "how fft and fft_tiling work"));
  }
  table.push_back(F::choice("gemm", &TransformOptions::gemm, kGemmMethods,
                            "how algorithms that work in passes multiply matrices"));
  table.push_back(group(
      "strassen",
      {F::integer("levels", &TransformOptions::strassen_levels, {1, 3}, "how often the matrices are halved"),
       F::choice("form", &TransformOptions::strassen_form, kStrassenForms, "18 or 15 additions a level")},
      "of Strassen's products"));
  return lifted<Layer>(table, &Layer::transform);
}

}  // namespace systole
