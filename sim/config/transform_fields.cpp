#include "sim/config/field_makers.h"
#include "sim/config/names.h"
#include "sim/config/workload_fields.h"

namespace systole {
namespace {

const std::vector<std::string> kWeights = {"run_time", "pretransformed"};
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

}  // namespace

std::vector<Field<Layer>> transform_fields() {
  using F = FieldOf<TransformOptions>;
  const auto self = [](auto& options) -> auto& { return options; };
  Field<TransformOptions> winograd = F::section("winograd", self, Table<TransformOptions>{winograd_m_field()},
                                                "what of Winograd's tiles is fixed");
  winograd.write = [write = winograd.write](const TransformOptions& in) {
    Json map = write(in);
    return map.empty() ? Json() : map;
  };
  return lifted<Layer>({weights_field(),
                        F::boolean("transform_cse", &TransformOptions::transform_cse,
                                   "rows of a transform share sums and scaled terms"),
                        winograd},
                       &Layer::transform);
}

}  // namespace systole
