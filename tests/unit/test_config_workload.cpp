#include "config_files.h"

namespace systole {
namespace {

std::string layer_yaml(const std::string& text) { return "layers:\n  - {" + text + "}\n"; }

Layer load_layer(const std::string& text) {
  const ConfigFile file(layer_yaml(text));
  return load_workload(file.path()).layers.at(0);
}

const std::string kConv = "name: a, type: conv, C: 4, H: 9, W: 8, M: 6, R: 3, S: 2";
const char* const kThree =
    "name: three\n"
    "layers:\n"
    "  - {name: one, type: gemm, m: 1, n: 2, k: 3}\n"
    "  - {name: two, type: fc, C: 5, M: 6, dataflow: input_stationary}\n"
    "  - {name: three, type: gemm, m: 1, n: 2, k: 3, format: int8}\n";

}  // namespace

TEST_CASE("a conv layer's defaults") {
  const Layer layer = load_layer(kConv);
  CHECK(layer.type == LayerType::conv);
  CHECK(layer.conv.N == 1);
  CHECK(layer.conv.G == 1);
  CHECK(layer.conv.stride == std::array<uint32_t, 2>{1, 1});
  CHECK(layer.conv.dilation == std::array<uint32_t, 2>{1, 1});
  CHECK(layer.conv.pad == std::array<uint32_t, 4>{0, 0, 0, 0});
  CHECK(layer.conv.P() == 7);
  CHECK(layer.conv.Q() == 7);
  CHECK(layer.formats() == LayerFormats{});
  CHECK(layer.algorithm == "direct");
  CHECK(layer.data.kind == DataKind::normal);
  CHECK_FALSE(layer.halo);
  CHECK(layer.repeat == 1);
  CHECK_FALSE(layer.dataflow);
  CHECK_FALSE(layer.scale);
  CHECK_FALSE(layer.bias);
}

TEST_CASE("a scalar means all sides, lists name them") {
  const Layer all = load_layer(kConv + ", stride: 2, pad: 3, dilation: 2");
  CHECK(all.conv.stride == std::array<uint32_t, 2>{2, 2});
  CHECK(all.conv.pad == std::array<uint32_t, 4>{3, 3, 3, 3});
  CHECK(all.conv.dilation == std::array<uint32_t, 2>{2, 2});
  const Layer two = load_layer(kConv + ", stride: [1, 2], pad: [3, 4], dilation: [5, 6]");
  CHECK(two.conv.stride == std::array<uint32_t, 2>{1, 2});
  CHECK(two.conv.pad == std::array<uint32_t, 4>{3, 4, 3, 4});
  CHECK(two.conv.dilation == std::array<uint32_t, 2>{5, 6});
  CHECK(load_layer(kConv + ", pad: [1, 0, 2, 5]").conv.pad == std::array<uint32_t, 4>{1, 0, 2, 5});
}

TEST_CASE("every option of a layer is read") {
  const Layer layer =
      load_layer(kConv +
                 ", groups: 2, format: int8, bias: true, relu: true, scale: 0.125, repeat: 12, algorithm: "
                 "implicit_gemm, dataflow: weight_stationary, halo: refetch, data: integers, "
                 "mapping: {dataflow: weight_stationary, tile: {m: 64, k: 2}, order: [n, k, m]}");
  CHECK(layer.conv.G == 2);
  CHECK(layer.format == Format::int8);
  CHECK(layer.bias);
  CHECK(layer.activation);
  CHECK(layer.scale == 0.125F);
  CHECK(layer.repeat == 12);
  CHECK(layer.algorithm == "implicit_gemm");
  CHECK(layer.dataflow == Dataflow::weight_stationary);
  CHECK(layer.halo == Halo::refetch);
  CHECK(layer.data.kind == DataKind::integers);
  CHECK(layer.mapping.tile_m == 64U);
  CHECK_FALSE(layer.mapping.tile_n);
  CHECK(layer.mapping.tile_k == 2U);
  CHECK(layer.mapping.order == std::vector<GemmDim>{GemmDim::n, GemmDim::k, GemmDim::m});
}

TEST_CASE("a mapping's dataflow is the layer's") {
  CHECK(load_layer(kConv + ", mapping: {dataflow: input_stationary}").dataflow == Dataflow::input_stationary);
}

TEST_CASE("a gemm layer") {
  const Layer layer = load_layer("name: g, type: gemm, m: 2, n: 3, k: 4, batch: 5, transpose_b: true");
  CHECK(layer.type == LayerType::gemm);
  CHECK(layer.gemm.batch == 5);
  CHECK(layer.gemm.m == 2);
  CHECK(layer.gemm.n == 3);
  CHECK(layer.gemm.k == 4);
  CHECK_FALSE(layer.gemm.transpose_a);
  CHECK(layer.gemm.transpose_b);
}

TEST_CASE("the top level sets defaults that a layer overrides") {
  const ConfigFile file(
      "format: int8\nalgorithm: implicit_gemm\nlayers:\n"
      "  - {name: a, type: gemm, m: 1, n: 1, k: 1}\n"
      "  - {name: b, type: gemm, m: 1, n: 1, k: 1, format: fp32, algorithm: direct}\n");
  const WorkloadConfig workload = load_workload(file.path());
  CHECK(workload.layers[0].format == Format::int8);
  CHECK(workload.layers[0].algorithm == "implicit_gemm");
  CHECK(workload.layers[0].data.kind == DataKind::integers);
  CHECK(workload.layers[1].format == Format::fp32);
  CHECK(workload.layers[1].algorithm == "direct");
  CHECK(workload.layers[1].data.kind == DataKind::normal);
}

TEST_CASE("an open algorithm has an objective, a named one none") {
  const ConfigFile file(
      "algorithm: auto\nobjective: edp\nlayers:\n"
      "  - {name: a, type: gemm, m: 1, n: 1, k: 1}\n"
      "  - {name: b, type: gemm, m: 1, n: 1, k: 1, algorithm: all, objective: energy}\n"
      "  - {name: c, type: gemm, m: 1, n: 1, k: 1, algorithm: direct}\n");
  const WorkloadConfig workload = load_workload(file.path());
  CHECK(workload.layers[0].objective == AlgorithmObjective::edp);
  CHECK(workload.layers[1].objective == AlgorithmObjective::energy);
  CHECK(workload.layers[0].has_choice());
  CHECK_FALSE(workload.layers[2].has_choice());
  const auto& resolved = workload.resolved["layers"];
  CHECK(resolved[1]["objective"] == "energy");
  CHECK_FALSE(resolved[2].contains("objective"));
  CHECK(load_workload(ConfigFile(workload.resolved.dump(1)).path()).resolved == workload.resolved);
  WorkloadOverrides overrides;
  overrides.objective = "cycles";
  CHECK(load_workload(file.path(), overrides).layers[1].objective == AlgorithmObjective::cycles);
}

TEST_CASE("the nearest scale wins: the command line's, the layer's, the workload's; of int8 layers only") {
  const ConfigFile file(
      "scale: 0.5\nlayers:\n"
      "  - {name: a, type: gemm, m: 1, n: 1, k: 1, format: int8}\n"
      "  - {name: b, type: gemm, m: 1, n: 1, k: 1, format: int8, scale: 0.25}\n"
      "  - {name: c, type: gemm, m: 1, n: 1, k: 1}\n");
  const WorkloadConfig workload = load_workload(file.path());
  CHECK(workload.layers[0].scale == 0.5F);
  CHECK(workload.layers[1].scale == 0.25F);
  CHECK_FALSE(workload.layers[2].scale);
  CHECK(load_workload(ConfigFile(workload.resolved.dump(1)).path()).resolved == workload.resolved);
  WorkloadOverrides overrides;
  overrides.scale = "2";
  const WorkloadConfig scaled = load_workload(file.path(), overrides);
  CHECK(scaled.layers[0].scale == 2.0F);
  CHECK(scaled.layers[1].scale == 2.0F);
  CHECK_FALSE(scaled.layers[2].scale);
  overrides.format = "int8";
  CHECK(load_workload(file.path(), overrides).layers[2].scale == 2.0F);
}

TEST_CASE("data files are found from the folder of the workload") {
  const ConfigFile file(layer_yaml(kConv + ", data: {weight: w.npy}"));
  file.write("w.npy", "");
  const Layer layer = load_workload(file.path()).layers[0];
  CHECK(layer.data.kind == DataKind::given);
  CHECK(layer.data.weight.file == (file.folder() / "w.npy").string());
  CHECK(layer.data.input.file.empty());
}

TEST_CASE("int8 sums fit int32 up to the last depth") {
  CHECK(load_layer("name: a, type: gemm, m: 1, n: 1, k: 131071, format: int8").gemm.k == 131071);
  CHECK(load_layer("name: a, type: gemm, m: 1, n: 1, k: 131072").gemm.k == 131072);
}

TEST_CASE("a filter as large as the padded input fits") {
  const Layer layer =
      load_layer("name: a, type: conv, C: 1, H: 3, W: 1, M: 1, R: 3, S: 1, pad: [1, 0], dilation: [2, 1]");
  CHECK(layer.conv.P() == 1);
  CHECK(layer.conv.Q() == 1);
}

TEST_CASE("option --layer keeps the file's order and refuses unknown names") {
  const ConfigFile file(kThree);
  WorkloadOverrides overrides;
  overrides.layers = {"three", "one"};
  const WorkloadConfig workload = load_workload(file.path(), overrides);
  REQUIRE(workload.layers.size() == 2);
  CHECK(workload.layers[0].name == "one");
  CHECK(workload.layers[1].name == "three");
  CHECK(workload.resolved["layers"].size() == 2);
  overrides.layers = {"thre"};
  CHECK(error_of("", [&] { load_workload(file.path(), overrides); }) ==
        "--layer: error: no layer 'thre' in three, did you mean 'three'? legal: one, two, three");
}

TEST_CASE("options set every layer, before the checks") {
  const ConfigFile file(kThree);
  WorkloadOverrides overrides;
  overrides.algorithm = "implicit_gemm";
  overrides.dataflow = "weight_stationary";
  overrides.format = "int8";
  for (const Layer& layer : load_workload(file.path(), overrides).layers) {
    CHECK(layer.algorithm == "implicit_gemm");
    CHECK(layer.dataflow == Dataflow::weight_stationary);
    CHECK(layer.format == Format::int8);
    CHECK(layer.data.kind == DataKind::integers);
  }
  overrides.dataflow = "weight";
  CHECK(error_of("", [&] {
          load_workload(file.path(), overrides);
        }).rfind("--dataflow: error: got 'weight', ", 0) == 0);
}

TEST_CASE("a workload loads again from what it resolved to") {
  const ConfigFile file(
      layer_yaml(kConv + ", pad: [1, 0, 2, 1], groups: 2, format: int8, scale: 0.1, mapping: {tile: {n: 3}, "
                         "order: [k, n, m]}, dataflow: weight_stationary"));
  const WorkloadConfig workload = load_workload(file.path());
  CHECK(workload.resolved["layers"][0]["scale"].dump() == "0.1");
  const ConfigFile again(workload.resolved.dump(1));
  const WorkloadConfig reread = load_workload(again.path());
  CHECK(reread.resolved == workload.resolved);
  CHECK(reread.layers[0].scale == 0.1F);
}

TEST_CASE("shipped workloads load") {
  for (const std::string& name : shipped(Shipped::workload)) {
    INFO(name);
    CHECK_FALSE(load_workload(name).layers.empty());
  }
}

TEST_CASE("the schema of a workload has one form a layer type") {
  const auto layers = workload_schema()["properties"]["layers"]["items"]["oneOf"];
  REQUIRE(layers.size() == 3);
  CHECK(layers[0]["properties"]["type"]["enum"] == nlohmann::ordered_json({"conv"}));
  CHECK(layers[2]["required"] == nlohmann::ordered_json({"name", "type", "m", "n", "k"}));
  CHECK_FALSE(layers[2]["properties"].contains("stride"));
}

}  // namespace systole
