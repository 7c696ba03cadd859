// Implicit gemm with its offsets computed before the run: they lie in memory and are read, once a fold of the
// array, where implicit_gemm computes the index of every element it generates.
#include "sim/lowering/algorithms.h"
#include "sim/lowering/tiled.h"
#include "sim/lowering/transform/strassen_stages.h"

namespace systole {

Algorithm implicit_precomp_gemm_algorithm() {
  Algorithm algorithm;
  algorithm.name = "implicit_precomp_gemm";
  algorithm.summary = "implicit gemm, its offsets computed ahead of time and read from memory";
  algorithm.options = {"halo"};
  algorithm.declines = [](const LoweringRequest& request) {
    if (request.layer.type != LayerType::conv) return std::string("only a convolution has windows to index");
    if (make_problem(request.layer).is_block_scaled())
      return std::string("its table has no offsets of the exponents that blocks share");
    return whole_gemm_declines(request);
  };
  algorithm.lower = [](const LoweringRequest& request) { return lower_tiled(request, Indexing::table); };
  algorithm.explain = [](const LoweringRequest& request) { return explain_tiled(request, Indexing::table); };
  return algorithm;
}

}  // namespace systole
