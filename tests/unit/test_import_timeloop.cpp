// Timeloop problems and mappings. The shapes are those of the tool's own examples.
#include "import_case.h"
#include "sim/import/timeloop/problem.h"

namespace systole {
namespace {

const std::string kConvShape = R"(  shape:
    name: CNN_Layer
    dimensions: [C, M, R, S, N, P, Q]
    coefficients:
      - {name: Wstride, default: 1}
      - {name: Hstride, default: 1}
      - {name: Wdilation, default: 1}
      - {name: Hdilation, default: 1}
    data_spaces:
      - {name: Weights, projection: [[[C]], [[M]], [[R]], [[S]]]}
      - {name: Inputs, projection: [[[N]], [[C]], [[R, Wdilation], [P, Wstride]], [[S, Hdilation], [Q, Hstride]]]}
      - {name: Outputs, projection: [[[N]], [[M]], [[Q]], [[P]]], read_write: True}
)";
const std::string kConv = "problem:\n  version: 0.4\n" + kConvShape;
const std::string kSizes = "N: 4, P: 13, Q: 13, C: 256, M: 384, R: 3, S: 3";

std::string gemm_shape(const std::string& dimensions, const std::string& a, const std::string& b,
                       const std::string& z) {
  return "problem:\n  shape:\n    name: G\n    dimensions: " + dimensions +
         "\n    data_spaces:\n      - {name: A, projection: " + a + "}\n      - {name: B, projection: " + b +
         "}\n      - {name: Z, projection: " + z + ", read_write: true}\n";
}
const std::string kGemm = gemm_shape("[M, N, K]", "[[[M]], [[K]]]", "[[[N]], [[K]]]", "[[[M]], [[N]]]");

std::string instance(const std::string& sizes) { return "  instance: {" + sizes + "}\n"; }

Imported import_text(const std::string& text) {
  const ConfigFile file(text);
  return import_timeloop(file.path(), std::nullopt);
}

Layer layer_of(const std::string& text) { return layers_in(import_text(text)).at(0); }

std::string timeloop_error(const std::string& text) {
  const ConfigFile file(text);
  return error_of(file.path() + ":", [&] { import_timeloop(file.path(), std::nullopt); });
}

/// The layer's mapping, as `run` reads it, of the convolution above.
Imported mapped(const std::string& directives, const std::string& problem = kConv + instance(kSizes)) {
  return import_text(problem + "mapping:\n" + directives);
}

bool has_note(const Imported& imported, const std::string& text) {
  return notes_of(imported, 0).find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("import: a convolution's input is as large as outputs and filter need", "[import]") {
  const Imported imported = import_text(kConv + instance(kSizes));
  const Layer layer = layers_in(imported).at(0);
  CHECK(layer.type == LayerType::conv);
  CHECK(layer.conv.H == 15);  // (13 - 1) + (3 - 1) + 1
  CHECK(layer.conv.W == 15);
  CHECK(layer.conv.P() == 13);
  CHECK(layer.conv.N == 4);
  CHECK(layer.conv.C == 256);
  CHECK(layer.conv.M == 384);
  CHECK(has_note(imported, "1 layer, 598,081,536 MACs"));  // 4 * 13 * 13 * 256 * 384 * 9
  CHECK(has_note(imported, "'Inputs' is the input, 'Weights' the weight, 'Outputs' the output"));
  CHECK(has_note(imported, "P is taken as vertical, Q as horizontal"));
}

TEST_CASE("import: strides and dilations of each axis", "[import]") {
  const Layer layer =
      layer_of(kConv + instance("N: 1, P: 5, Q: 4, C: 2, M: 3, R: 3, S: 2, Wstride: 2, Hdilation: 3"));
  CHECK(layer.conv.stride == std::array<uint32_t, 2>{2, 1});
  CHECK(layer.conv.dilation == std::array<uint32_t, 2>{1, 3});
  CHECK(layer.conv.H == 11);  // 4 * 2 + 2 + 1
  CHECK(layer.conv.W == 7);   // 3 + 3 + 1
  CHECK(layer.conv.P() == 5);
  CHECK(layer.conv.Q() == 4);
}

TEST_CASE("import: Timeloop v3 spells keys with dashes, names shapes, and needs no instance", "[import]") {
  std::string dashes = kConv;
  dashes.replace(dashes.find("data_spaces"), 11, "data-spaces");
  dashes.replace(dashes.find("read_write"), 10, "read-write");
  CHECK(layer_of(dashes + instance(kSizes)).conv.H == 15);
  const Layer named = layer_of(
      "problem:\n  shape: cnn-layer\n  R: 3\n  S: 3\n  P: 48\n  Q: 480\n  C: 1\n  K: 16\n  N: 1\n  Wstride: "
      "1\n");
  CHECK(named.conv.H == 50);
  CHECK(named.conv.W == 482);
  CHECK(named.conv.M == 16);
  CHECK(layer_of("problem: {shape: gemm_ABZ, M: 5, N: 6, K: 7}\n").gemm.n == 6);
}

TEST_CASE("import: matrix products, also batched", "[import]") {
  const Layer gemm = layer_of(kGemm + instance("M: 64, N: 1, K: 3, densities: {A: {density: 0.5}}"));
  CHECK(gemm.type == LayerType::gemm);
  CHECK(gemm.gemm.m == 64);
  CHECK(gemm.gemm.n == 1);
  CHECK(gemm.gemm.k == 3);
  CHECK(
      has_note(import_text(kGemm + instance("M: 1, N: 1, K: 1, densities: {A: 0.5}")), "densities have no"));
  const Layer batched = layer_of(
      gemm_shape("[H, M, N, K]", "[[[H]], [[M]], [[K]]]", "[[[H]], [[N]], [[K]]]", "[[[H]], [[M]], [[N]]]") +
      instance("H: 12, M: 2, N: 3, K: 4"));
  CHECK(batched.gemm.batch == 12);
  CHECK(batched.gemm.m == 2);
}

TEST_CASE("import: groups, one axis, a pixel without a tap", "[import]") {
  const auto conv = [](const std::string& dimensions, const std::string& weights, const std::string& inputs,
                       const std::string& outputs) {
    return "problem:\n  shape:\n    name: x\n    dimensions: " + dimensions +
           "\n    coefficients: [{name: s, default: 2}]\n    data_spaces:\n      - {name: Weights, "
           "projection: " +
           weights + "}\n      - {name: Inputs, projection: " + inputs +
           "}\n      - {name: Outputs, projection: " + outputs + ", read_write: true}\n";
  };
  const Layer depthwise = layer_of(conv("[C, R, S, P, Q]", "[[[C]], [[R]], [[S]]]",
                                        "[[[C]], [[R], [P]], [[S], [Q]]]", "[[[C]], [[P]], [[Q]]]") +
                                   instance("C: 8, R: 3, S: 3, P: 5, Q: 6"));
  CHECK(depthwise.conv.G == 8);
  CHECK(depthwise.conv.C == 8);
  CHECK(depthwise.conv.M == 8);
  CHECK(depthwise.conv.W == 8);
  const Layer flat =
      layer_of(conv("[C, K, R, P]", "[[[C]], [[K]], [[R]]]", "[[[C]], [[R], [P]]]", "[[[K]], [[P]]]") +
               instance("C: 32, K: 16, R: 3, P: 16"));
  CHECK(flat.conv.H == 1);
  CHECK(flat.conv.R == 1);
  CHECK(flat.conv.W == 18);
  CHECK(flat.conv.S == 3);
  const Layer strided = layer_of(conv("[C, K, P, Q, S]", "[[[C]], [[K]], [[S]]]",
                                      "[[[C]], [[P, s]], [[Q], [S]]]", "[[[K]], [[P]], [[Q]]]") +
                                 instance("C: 4, K: 5, P: 6, Q: 7, S: 1"));
  CHECK(strided.conv.H == 11);
  CHECK(strided.conv.R == 1);
  CHECK(strided.conv.stride == std::array<uint32_t, 2>{2, 1});
}

TEST_CASE("import: a problem that cannot be read whole", "[import]") {
  CHECK(timeloop_error("mapping: []\n") == "1:1: error: no key 'problem', it is required");
  CHECK(timeloop_error("problem: {shape: conv9, A: 1}\n") ==
        "1:18: error: shape: got 'conv9', legal: a map, cnn_layer, gemm_ABZ");
  CHECK(timeloop_error(kGemm + instance("M: 1, N: 1")) == "9:13: error: no key 'K', it is required");
  CHECK(timeloop_error(kGemm + instance("M: 1, N: x, K: 1"))
            .find("9:23: error: N: got 'x', legal: an integer") == 0);
  CHECK(timeloop_error(kGemm + instance("M: 1, N: 1, K: 1, L: 1")).find("9:32: error: unknown key 'L'") == 0);
  CHECK(timeloop_error(kGemm + "  extra: 1\n" + instance("M: 1, N: 1, K: 1"))
            .find("9:3: error: unknown key 'extra'") == 0);
  CHECK(timeloop_error(gemm_shape("[M, N, K]", "[[[M]], [[J]]]", "[[[N]], [[K]]]", "[[[M]], [[N]]]"))
            .find("6:40: error: projection: 'J' is no dimension, legal: M, N, K") == 0);
  CHECK(timeloop_error(gemm_shape("[M, N, K]", "[[M], [K]]", "[[[N]], [[K]]]", "[[[M]], [[N]]]"))
            .find("6:33: error: projection: got 'M', legal: a list of terms") == 0);
  CHECK(timeloop_error(gemm_shape("[M, N, K]", "[[[M]], [[M]]]", "[[[N]], [[K]]]", "[[[M]], [[N]]]"))
            .find("6:39: error: projection: 'M' a second time") == 0);
  CHECK(timeloop_error(gemm_shape("[M, N, K]", "[[[M]], [[K]]]", "[[[N]], [[K]]]", "[[[M]]]"))
            .find("4:17: error: dimension 'N': no dimension of a convolution") == 0);
  CHECK(timeloop_error(gemm_shape("[M, N, K]", "[[[M]], [[K]]]", "[[[N], [K]]]", "[[[M], [N]]]"))
            .find("error: 'Z'") == 5);
  CHECK(
      timeloop_error("problem:\n  shape: {dimensions: [M], data_spaces: [{name: A, projection: [[[M]]]}]}\n")
          .find("error: data_spaces: legal: two that are read") != std::string::npos);
  CHECK(timeloop_error("problem: &a {shape: cnn_layer}\n").find("anchors and aliases are not supported") !=
        std::string::npos);
}

TEST_CASE("import: a convolution of three axes is refused", "[import]") {
  const std::string text = R"(problem:
  shape:
    name: conv3d
    dimensions: [R, S, T, P, Q, F]
    data_spaces:
      - {name: Weights, projection: [[[R]], [[S]], [[T]]]}
      - {name: Inputs, projection: [[[R], [P]], [[S], [Q]], [[T], [F]]]}
      - {name: Outputs, projection: [[[P]], [[Q]], [[F]]], read_write: true}
)";
  CHECK(timeloop_error(text) == "7:9: error: a convolution of 3 axes, legal: up to 2");
}

TEST_CASE("import: the loops over DRAM leave a tile, and have an order", "[import]") {
  // 13 rows and 256 channels are cut: a tile is a row of an image, all filters, 64 channels with their taps.
  const Imported imported = mapped(
      "  - {target: DRAM, type: temporal, factors: C4 M1 R1 S1 N4 P13 Q1, permutation: CQPNMRS}\n"
      "  - {target: GLB, type: temporal, factors: [C=64, M=384, R=3, S=3, N=1, P=1, Q=13]}\n"
      "  - {target: GLB, type: bypass, keep: [Inputs], bypass: []}\n");
  const Layer layer = layers_in(imported).at(0);
  CHECK(layer.mapping.tile_m == 13);
  CHECK(layer.mapping.tile_n == 384);
  CHECK(layer.mapping.tile_k == 64 * 9);
  CHECK(layer.mapping.order == std::vector<GemmDim>{GemmDim::m, GemmDim::k, GemmDim::n});
  CHECK_FALSE(layer.dataflow);
  CHECK(has_note(imported, "mapping: what levels keep and bypass has no counterpart"));
  CHECK(has_note(imported, "mapping: below the loops over 'DRAM' lies a tile of m 13, n 384, k 576"));
}

TEST_CASE("import: tiles are parts of a row, rows, or images", "[import]") {
  const auto tile_m = [](const std::string& dram, const std::string& rest) {
    const Imported imported =
        mapped("  - {target: MainMemory, type: temporal, factors: '" + dram + "'}\n" +
               "  - {target: B, type: temporal, factors: '" + rest + ",C=256,M=384,R=3,S=3'}\n");
    return layers_in(imported).at(0).mapping.tile_m;
  };
  CHECK(tile_m("N=2", "N=2,P=13,Q=13") == 2 * 169);
  CHECK(tile_m("N=4,P=13,Q=13", "") == 1);
  CHECK_FALSE(tile_m("N=2,P=13", "N=2,Q=13"));
  CHECK_FALSE(tile_m("N=4,Q=13", "P=13"));
}

TEST_CASE("import: what a mapping says that ours cannot is told", "[import]") {
  const auto rest = [](const std::string& factors) {
    return "  - {target: B, type: temporal, factors: '" + factors + "'}\n";
  };
  const Imported taps = mapped("  - {target: DRAM, type: temporal, factors: R=3, permutation: R}\n" +
                               rest("S=3 N=4 P=13 Q=13 C=256 M=384"));
  CHECK(has_note(taps, "mapping: the loops over DRAM cut the filter's taps"));
  CHECK_FALSE(layers_in(taps).at(0).mapping.tile_k);
  const Imported apart =
      mapped("  - {target: DRAM, type: temporal, factors: N=4 M=2 P=13, permutation: [P, M, N]}\n" +
             rest("R=3 S=3 Q=13 C=256 M=192"));
  CHECK(has_note(apart, "mapping: loops of m lie apart"));
  CHECK(layers_in(apart).at(0).mapping.order.empty());
  CHECK(layers_in(apart).at(0).mapping.tile_n == 192);
  const Imported rows = mapped("  - {target: DRAM, type: temporal, factors: N=4 P=13, permutation: NP}\n" +
                               rest("R=3 S=3 Q=13 C=256 M=384"));
  CHECK(has_note(rows, "mapping: outputs are not taken image by image, row by row"));
  const Imported unnamed = mapped("  - {target: DRAM, type: temporal, factors: N=4 P=13, permutation: N}\n" +
                                  rest("R=3 S=3 Q=13 C=256 M=384"));
  CHECK(has_note(unnamed, "mapping: the permutation does not name all loops"));
  const Imported nowhere = mapped(rest("R=3 S=3 Q=13 C=256 M=384 N=4 P=13"));
  CHECK(has_note(nowhere, "mapping: no temporal loops of a target named DRAM"));
  CHECK(layers_in(nowhere).at(0).mapping.order.empty());
}

TEST_CASE("import: spatial loops over a dataflow's rows and columns choose it", "[import]") {
  const auto dataflow = [](const std::string& spatial, const std::string& rest) {
    return layers_in(mapped("  - {target: X, type: spatial, factors: '" + spatial + "', split: 1}\n" +
                                "  - {target: DRAM, type: temporal, factors: '" + rest +
                                "', permutation: MNK}\n",
                            kGemm + instance("M: 8, N: 8, K: 8")))
        .at(0)
        .dataflow;
  };
  CHECK(dataflow("K=4,N=4", "K=2 N=2 M=8") == Dataflow::weight_stationary);
  CHECK(dataflow("M=4,N=4", "K=8 N=0 M=0") == Dataflow::output_stationary);
  CHECK(dataflow("M=4,K=4", "K=2 N=8 M=2") == Dataflow::input_stationary);
  CHECK_FALSE(dataflow("M=2,N=2,K=2", "K=4 N=4 M=4"));
  CHECK_FALSE(dataflow("M=4", "K=8 N=8 M=2"));
}

TEST_CASE("import: a mapping that is none of the problem", "[import]") {
  const auto error = [](const std::string& directive) {
    return timeloop_error(kGemm + instance("M: 8, N: 8, K: 8") + "mapping:\n  - {" + directive + "}\n");
  };
  CHECK(error("target: DRAM, type: temporal, factors: M=8 N=8 K=4") ==
        "11:3: error: the factors of K do not multiply to its size 8");
  CHECK(error("target: DRAM, type: temporal, factors: M=3 N=8 K=8") ==
        "11:3: error: the factors of M do not multiply to its size 8");
  CHECK(error("target: DRAM, type: temporal, factors: M=8 J=8 K=8")
            .find("11:45: error: factors: got 'J=8', legal:") == 0);
  CHECK(error("target: DRAM, type: temporal, factors: 'M=8,3 N=8 K=8'")
            .find("11:45: error: factors: got '3', legal:") == 0);
  CHECK(error("target: DRAM, type: temporal, factors: M=8 M=1 N=8 K=8") ==
        "11:45: error: factors: 'M' a second time");
  CHECK(error("target: DRAM, type: temporal, factors: M=8 N=8 K=8, permutation: MM")
            .find("11:71: error: permutation: got 'M', legal:") == 0);
  CHECK(
      error("target: DRAM, type: other").find("11:26: error: type: got 'other', legal: temporal, spatial") ==
      0);
  const std::string dram = "target: DRAM, type: temporal, factors: M=8 N=8 K=8";
  CHECK(error(dram + "}\n  - {target: DRAM, type: temporal") ==
        "12:5: error: a second temporal directive of the target 'DRAM'");
  CHECK(error("type: temporal") == "11:5: error: no key 'target', it is required");
}

}  // namespace systole
