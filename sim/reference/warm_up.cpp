#include "sim/reference/warm_up.h"

#include "sim/reference/onednn.h"
#include "sim/workload/data.h"
#include "sim/workload/problem.h"

namespace systole {

void warm_up_library(LaneNumber lane) {
  const bool integers = lane == LaneNumber::int32;
  Layer layer;
  layer.type = LayerType::gemm;
  layer.format.input = integers ? Format::int8 : Format::fp32;
  layer.gemm.m = layer.gemm.n = layer.gemm.k = 4;  // vectors take another way
  if (integers) layer.data.kind = DataKind::integers;
  const Problem problem = make_problem(layer);
  const TensorData data = make_tensors(layer, problem, 1);
  if (integers) {
    onednn_sums_int8(problem, data);
  } else {
    onednn_sums_fp32(problem, data);
  }
}

}  // namespace systole
