// Implicit gemm: taps and channels are one k dimension, unrolled as the feeder generates addresses; every
// element then costs index arithmetic. Layers with a single tap have nothing to unroll.
#include "sim/lowering/algorithms.h"
#include "sim/lowering/tiled.h"
#include "sim/lowering/transform/strassen_stages.h"

namespace systole {

Algorithm implicit_gemm_algorithm() {
  Algorithm algorithm;
  algorithm.name = "implicit_gemm";
  algorithm.summary = "taps and channels form one k dimension, its indices computed as operands are fed";
  algorithm.options = {"halo"};
  algorithm.declines = [](const LoweringRequest& request) {
    const std::string reason = whole_gemm_declines(request);
    return reason.empty() ? blocks_decline(request, Indexing::computed) : reason;
  };
  algorithm.lower = [](const LoweringRequest& request) { return lower_tiled(request, Indexing::computed); };
  algorithm.explain = [](const LoweringRequest& request) {
    return explain_tiled(request, Indexing::computed);
  };
  return algorithm;
}

}  // namespace systole
