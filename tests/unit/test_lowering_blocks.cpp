// Which machines and algorithms take block-scaled operands: an MMA step lies in one block of 32.
#include <catch2/catch.hpp>

#include "models/accelerator_params.h"
#include "reference_cases.h"
#include "sim/lowering/lowering.h"

using namespace systole;
using namespace systole::test;

namespace {

std::string declined(const Layer& layer, const char* algorithm, uint32_t mma_k,
                     Residency residency = Residency::dram) {
  AcceleratorParams arch;
  arch.pe_array.mma.k = mma_k;
  return find_algorithm(algorithm)->declines({layer, arch, Dataflow::output_stationary, residency});
}

Layer conv(uint32_t channels) {
  return conv_layer("conv", {1, 1, channels, 6, 6, 4, 3, 3, {1, 1}, {1, 1}, {1, 1, 1, 1}}, Format::mxfp4);
}

}  // namespace

TEST_CASE("steps of a block-scaled layer lie in one block, or it is declined", "[lowering][mx]") {
  for (const uint32_t depth : {1U, 2U, 4U, 8U, 16U, 32U}) {
    INFO(depth);
    CHECK(declined(conv(96), "direct", depth) == "");
    CHECK(declined(conv(96), "implicit_gemm", depth) == "");
  }
  CHECK(declined(conv(96), "direct", 3) ==
        "an MMA step of 3 products meets two blocks of mxfp4, legal: mma.k * mma.rate.mxfp4 that divides 32");
  CHECK(
      declined(conv(96), "direct", 64) ==
      "an MMA step of 64 products meets two blocks of mxfp4, legal: mma.k * mma.rate.mxfp4 that divides 32");
  // A tap of no more than a block is padded to whole steps, which hold none of another tap.
  CHECK(declined(conv(32), "direct", 3) == "");
  CHECK(declined(conv(20), "direct", 64) == "");
  CHECK(declined(conv(20), "implicit_gemm", 4) == "");
  CHECK(declined(conv(18), "implicit_gemm", 4) ==
        "an MMA step of 4 products meets the blocks of two taps of mxfp4, legal: channels of a group in "
        "multiples "
        "of 4");
  Layer mixed = conv(96);
  mixed.format.input = Format::bf16;
  mixed.format.weight = Format::mxfp4;
  CHECK(declined(mixed, "direct", 3) ==
        "an MMA step of 3 products meets two blocks of mxfp4, legal: mma.k * mma.rate.bf16 that divides 32");
}

TEST_CASE("what transforms operands takes no shared exponents", "[lowering][mx]") {
  for (const char* algorithm : {"explicit_gemm", "winograd", "winograd_nonfused", "fft", "fft_tiling",
                                "strassen", "implicit_precomp_gemm"}) {
    INFO(algorithm);
    CHECK(declined(conv(32), algorithm, 1).find("exponents") != std::string::npos);
  }
}
