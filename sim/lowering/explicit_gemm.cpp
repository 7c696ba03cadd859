// Explicit gemm (im2col): a first pass writes the Toeplitz matrix, every window of the input as a row of its
// own, to DRAM; a second multiplies it with the filters as they lie there.
#include "sim/lowering/algorithms.h"
#include "sim/lowering/transform/strassen_stages.h"
#include "sim/lowering/transform/toeplitz_stages.h"

namespace systole {
namespace {

StagedLayer stages_of(const LoweringRequest& request) {
  StagedLayer staged(request);
  const ToeplitzStages toeplitz(staged);
  staged.stages = {toeplitz.gather, toeplitz.product};
  return staged;
}

std::string declines(const LoweringRequest& request) {
  if (request.layer.type != LayerType::conv) return "only a convolution has a Toeplitz matrix";
  if (request.residency == Residency::sram) return "its Toeplitz matrix lies in DRAM, and residency is sram";
  const std::string reason = toeplitz_declines(make_problem(request.layer));
  return reason.empty() ? staged_gemm_declines(request) : reason;
}

}  // namespace

Algorithm explicit_gemm_algorithm() {
  Algorithm algorithm;
  algorithm.name = "explicit_gemm";
  algorithm.summary = "the Toeplitz matrix (im2col) is written to DRAM and multiplied from there";
  algorithm.declines = declines;
  algorithm.lower = [](const LoweringRequest& request) { return lower_staged(request, stages_of(request)); };
  algorithm.explain = [](const LoweringRequest& request) {
    return explain_staged(request, stages_of(request));
  };
  return algorithm;
}

}  // namespace systole
