// Strassen's matrix products: 7^levels products of sub-blocks instead of 8^levels, for sums of sub-blocks
// before and after. A convolution is multiplied as its Toeplitz matrix.
#include "sim/lowering/algorithms.h"
#include "sim/lowering/transform/strassen_stages.h"
#include "sim/lowering/transform/toeplitz_stages.h"

namespace systole {
namespace {

StagedLayer stages_of(const LoweringRequest& request) {
  StagedLayer staged(request);
  staged.gemm = GemmMethod::strassen;
  if (is_matrix(staged.problem)) {
    staged.stages = {whole_product(staged)};
  } else {
    const ToeplitzStages toeplitz(staged);
    staged.stages = {toeplitz.gather, toeplitz.product};
  }
  return staged;
}

}  // namespace

Algorithm strassen_algorithm() {
  Algorithm algorithm;
  algorithm.name = "strassen";
  algorithm.summary = "matrix products with 7 products of sub-blocks instead of 8, as passes through DRAM";
  algorithm.options = {"weights", "strassen.levels", "strassen.form"};
  algorithm.declines = [](const LoweringRequest& request) {
    const Problem problem = make_problem(request.layer);
    const std::string reason = strassen_declines(request);
    return reason.empty() && !is_matrix(problem) ? toeplitz_declines(problem) : reason;
  };
  algorithm.lower = [](const LoweringRequest& request) { return lower_staged(request, stages_of(request)); };
  algorithm.explain = [](const LoweringRequest& request) {
    return explain_staged(request, stages_of(request));
  };
  return algorithm;
}

}  // namespace systole
