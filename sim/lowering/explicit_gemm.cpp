// Explicit gemm (im2col): a first pass writes the Toeplitz matrix, every window of the input as a row of its
// own, to DRAM; a second multiplies it with the filters as they lie there.
#include "sim/lowering/algorithms.h"
#include "sim/lowering/stage/layer_sides.h"

namespace systole {
namespace {

std::shared_ptr<const LaneProgram> copies(uint32_t values, Format format) {
  auto program = std::make_shared<LaneProgram>();
  program->number = format == Format::fp32 ? LaneNumber::fp32 : LaneNumber::int32;
  program->registers = program->inputs = static_cast<uint16_t>(values);
  for (uint16_t r = 0; r < values; ++r) program->outputs.push_back(r);
  return program;
}

StagedLayer stages_of(const LoweringRequest& request) {
  StagedLayer staged(request);
  const Problem& p = staged.problem;
  const auto k = static_cast<int64_t>(p.gemm_k()), m = static_cast<int64_t>(p.gemm_m());
  const auto element = static_cast<uint8_t>(p.operand_bytes());
  const uint64_t toeplitz = staged.workspace(p.groups * p.gemm_m() * p.gemm_k() * element);

  TransformStage gather;
  gather.name = "toeplitz matrix";
  gather.program = copies(p.R * p.S, p.format);
  gather.items = {p.groups, p.N, p.P, p.Q, p.C};
  gather.source = input_side(staged, input_rows(p, p.R, p.stride_h), input_cols(p, p.S, p.stride_w));
  gather.target = {Tensor::workspace,
                   toeplitz,
                   element,
                   {m * k, int64_t{p.P} * p.Q * k},
                   StageAxis::planes(p.R, p.Q * k, int64_t{p.S} * p.C),
                   StageAxis::planes(p.S, k, p.C),
                   1};

  ProductStage product;
  product.name = "product";
  product.problem = batched_product(p, p.groups, static_cast<uint32_t>(m), p.M, static_cast<uint32_t>(k));
  product.problem.output = {p.output.group, p.output.image, p.output.row, p.output.pixel, p.output.channel};
  product.problem.bias = p.bias;
  product.problem.relu = p.relu;
  product.problem.has_scale = p.has_scale;
  product.problem.scale = p.scale;
  product.layout = staged.layout;
  product.layout.input = toeplitz;
  product.layout.names.input = Tensor::workspace;

  staged.stages = {gather, product};
  return staged;
}

std::string declines(const LoweringRequest& request) {
  if (request.layer.type != LayerType::conv) return "only a convolution has a Toeplitz matrix";
  if (request.residency == Residency::sram) return "its Toeplitz matrix lies in DRAM, and residency is sram";
  return "";
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
