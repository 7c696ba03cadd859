// Winograd's minimal filtering in passes through DRAM: filters and data are transformed, multiplied point by
// point of the tiles as a batch of matrix products over the channels, and transformed back.
#include "sim/lowering/algorithms.h"
#include "sim/lowering/transform/strassen_stages.h"
#include "sim/lowering/transform/winograd_stages.h"

namespace systole {
namespace {

StagedLayer stages_of(const LoweringRequest& request) {
  StagedLayer staged(request);
  const WinogradStages winograd(request, staged, cheapest_in_passes(request, staged.problem));
  staged.stages = {winograd.filter, winograd.data, winograd.product, winograd.inverse};
  staged.prepared = winograd.ahead ? 1 : 0;
  return staged;
}

}  // namespace

Algorithm winograd_nonfused_algorithm() {
  Algorithm algorithm;
  algorithm.name = "winograd_nonfused";
  algorithm.summary = "Winograd's minimal filtering, its transforms and products as passes through DRAM";
  algorithm.options = {"weights", "transform_cse", "winograd.m"};
  algorithm.declines = [](const LoweringRequest& request) {
    const std::string reason = winograd_declines(request);
    return reason.empty() ? staged_gemm_declines(request) : reason;
  };
  algorithm.lower = [](const LoweringRequest& request) { return lower_staged(request, stages_of(request)); };
  algorithm.explain = [](const LoweringRequest& request) {
    return explain_staged(request, stages_of(request));
  };
  return algorithm;
}

}  // namespace systole
