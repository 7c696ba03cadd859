#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "sim/config/layer_pattern.h"
#include "sim/config/synonyms.h"
#include "sim/config/text.h"

namespace systole {

using Words = std::vector<std::string>;

TEST_CASE("the nearest word has few mistakes for its length") {
  const Words names = {"stride", "pad", "dilation", "groups", "output_stationary", "H"};
  CHECK(nearest("stirde", names) == "stride");  // two letters swapped are one mistake
  CHECK(nearest("strides", names) == "stride");
  CHECK(nearest("Pad", names) == "pad");
  CHECK(nearest("pda", names) == "pad");
  CHECK(nearest("output-stationery", names) == "output_stationary");
  CHECK(nearest("h", names) == "H");
  CHECK(nearest("dilute", names).empty());  // half of it is wrong
  CHECK(nearest("magic", names).empty());
  CHECK(nearest("K", names).empty());
  CHECK(nearest("dad", {"mum"}).empty());
  CHECK(nearest("", names).empty());
  CHECK(nearest(std::string(1000, 's'), names).empty());
  CHECK(did_you_mean("grops", names) == ", did you mean 'groups'?");
  CHECK(did_you_mean("magic", names).empty());
}

TEST_CASE("the only word that begins so is meant") {
  const Words names = {"output_stationary", "weight_stationary", "winograd", "winograd_nonfused"};
  CHECK(nearest("output", names) == "output_stationary");
  CHECK(nearest("WEIGHT", names) == "weight_stationary");
  CHECK(nearest("wino", names).empty());
  CHECK(nearest("ou", names).empty());
}

TEST_CASE("keys of other tools have a meaning here") {
  const Words conv = {"N", "C", "H", "W", "M", "R", "S", "stride", "pad"}, gemm = {"m", "n", "k", "batch"};
  CHECK(synonyms_of("K", conv) == Words{"M"});
  CHECK(synonyms_of("out_channels", conv) == Words{"M"});
  CHECK(synonyms_of("kernel_h", conv) == Words{"R"});
  CHECK(synonyms_of("KW", conv) == Words{"S"});
  CHECK(synonyms_of("kernel-size", conv) == Words{"R", "S"});
  CHECK(synonyms_of("padding", conv) == Words{"pad"});
  CHECK(synonyms_of("batch", conv) == Words{"N"});
  CHECK(synonyms_of("batch_size", gemm) == Words{"batch"});
  CHECK(synonyms_of("K", gemm).empty());
  CHECK(synonyms_of("kernel_size", {"R"}).empty());
  CHECK(synonyms_of("columns", {"rows", "cols"}) == Words{"cols"});
}

TEST_CASE("layers are picked by names and patterns") {
  const Words layers = {"conv1", "conv2_a", "conv2_b", "fc"};
  CHECK(matches_layer("conv2_*", "conv2_a"));
  CHECK(matches_layer("conv?", "conv1"));
  CHECK(matches_layer("conv2_[bc]", "conv2_b"));
  CHECK_FALSE(matches_layer("conv2_*", "conv1"));
  CHECK_FALSE(matches_layer("conv", "conv1"));
  CHECK(matches_layer(Words{"fc", "conv?"}, "conv1"));
  CHECK_FALSE(matches_layer(Words{"fc", "conv?"}, "conv2_a"));
  CHECK(unmatched("conv*", "net", layers).empty());
  CHECK(unmatched("cnov2_*", "net", layers) ==
        "no layer 'cnov2_*' in net, did you mean 'conv2_a', 'conv2_b'? legal: conv1, conv2_a, conv2_b, fc");
  CHECK(unmatched("conv3", "net", layers) ==
        "no layer 'conv3' in net, did you mean 'conv1'? legal: conv1, conv2_a, conv2_b, fc");
  CHECK(unmatched("*x", "net", layers) == "no layer '*x' in net, legal: conv1, conv2_a, conv2_b, fc");
}

}  // namespace systole
