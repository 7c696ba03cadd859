#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "sim/config/config.h"
#include "sim/workload/problem.h"

using namespace systole;

namespace {

struct Totals {
  size_t layers;
  uint64_t macs, weights;
};

Totals totals_of(const WorkloadConfig& workload) {
  Totals totals{workload.layers.size(), 0, 0};
  for (const Layer& layer : workload.layers) {
    const Problem problem = make_problem(layer);
    totals.macs += problem.macs() * layer.repeat;
    totals.weights += problem.weight_elements() * layer.repeat;
  }
  return totals;
}

void check(const std::map<std::string, Totals>& networks, bool weights) {
  for (const auto& [name, expected] : networks) {
    INFO(name);
    const WorkloadConfig workload = load_workload(name);
    const Totals totals = totals_of(workload);
    CHECK(workload.name == name);
    CHECK(totals.layers == expected.layers);
    CHECK(totals.macs == expected.macs);
    if (weights) CHECK(totals.weights == expected.weights);
  }
}

}  // namespace

TEST_CASE("convolutional networks have their known totals of MACs and weights", "[workload]") {
  check({{"alexnet", {8, 724406816, 60954656}},
         {"alexnet_nogroups", {8, 1135256096, 62367776}},
         {"alexnet_torchvision", {8, 714188480, 61090496}},
         {"vgg16", {16, 15470264320, 138344128}},
         {"resnet18", {21, 1814073344, 11678912}},
         {"resnet50", {54, 4089184256, 25502912}},
         {"resnet50_shapes", {23, 4089184256 - 2048000, 25502912 - 2048000}},  // resnet50 without its fc
         {"resnet50_v1", {54, 3857973248, 25502912}},
         {"mobilenet_v1", {28, 568740352, 4209088}},
         {"googlenet", {58, 1582671872, 6990272}},
         {"deepbench_conv", {217, 325605739392, 116147744}}},
        true);
}

TEST_CASE("transformers and GEMM lists have their known totals of MACs", "[workload]") {
  check({{"bert_base_L128", {6, 11173625856, 0}},
         {"bert_base_L384", {6, 35332816896, 0}},
         {"bert_large_L384", {6, 123211874304, 0}},
         {"gpt2_small_prefill_L1024", {7, 145824153600, 0}},
         {"gpt2_small_decode_ctx1024", {7, 142406400, 0}},
         {"deepbench_gemm", {248, 14266357000000, 0}},
         {"filter_sizes", {5, 935280640, 0}},
         {"gemm_sizes", {14, 1240063485, 0}},
         {"gemm_depths", {5, 5586944, 0}},
         {"peak_gemms", {3, 4563402752, 0}},
         {"ffn_activations", {6, 25165824, 0}},
         {"warp_tiles", {5, 342016, 0}},
         {"tiny", {8, 16582, 0}}},
        false);
}

TEST_CASE("layers of the shipped networks have the shapes they are known for", "[workload]") {
  const WorkloadConfig alexnet = load_workload("alexnet");
  CHECK(alexnet.layers[0].conv.P() == 55);
  CHECK(alexnet.layers[1].conv.G == 2);
  CHECK(alexnet.layers[6].activation);
  CHECK(alexnet.layers[7].bias);
  CHECK_FALSE(alexnet.layers[7].activation);
  CHECK(load_workload("resnet50").layers[0].conv.Q() == 112);

  const Layer scores = load_workload("bert_base_L128").layers[1];
  CHECK(scores.gemm.batch == 12);
  CHECK(scores.repeat == 12);
  CHECK(scores.gemm.transpose_b);

  uint32_t depthwise = 0;
  for (const Layer& layer : load_workload("mobilenet_v1").layers) {
    depthwise += layer.type == LayerType::conv && layer.conv.G > 1 && layer.conv.G == layer.conv.C;
  }
  CHECK(depthwise == 13);
}
