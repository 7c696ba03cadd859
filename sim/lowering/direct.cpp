// Direct convolution: the filter's taps are loops of the operand views, each tap padded to whole MMA steps. A
// gemm is its own single tap.
#include "sim/lowering/algorithms.h"
#include "sim/lowering/tiled.h"
#include "sim/lowering/transform/strassen_stages.h"

namespace systole {

Algorithm direct_algorithm() {
  Algorithm algorithm;
  algorithm.name = "direct";
  algorithm.summary = "each filter tap is a matrix product over channels; gemm and fc run as they are";
  algorithm.options = {"halo"};
  algorithm.declines = [](const LoweringRequest& request) {
    const std::string reason = whole_gemm_declines(request);
    return reason.empty() ? blocks_decline(request, Indexing::loops) : reason;
  };
  algorithm.lower = [](const LoweringRequest& request) { return lower_tiled(request, Indexing::loops); };
  algorithm.explain = [](const LoweringRequest& request) { return explain_tiled(request, Indexing::loops); };
  return algorithm;
}

}  // namespace systole
