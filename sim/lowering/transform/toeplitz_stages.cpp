#include "sim/lowering/transform/toeplitz_stages.h"

namespace systole {
namespace {

std::shared_ptr<const LaneProgram> copies(uint32_t values, Format format) {
  auto program = std::make_shared<LaneProgram>();
  program->number = format == Format::fp32 ? LaneNumber::fp32 : LaneNumber::int32;
  program->registers = program->inputs = static_cast<uint16_t>(values);
  for (uint16_t r = 0; r < values; ++r) program->outputs.push_back(r);
  return program;
}

}  // namespace

bool is_matrix(const Problem& p) {
  return p.R == 1 && p.S == 1 && p.stride_h == 1 && p.stride_w == 1 && p.P == p.H && p.Q == p.W;
}

ProductStage whole_product(const StagedLayer& staged) {
  ProductStage product;
  product.name = "product";
  product.problem = staged.problem;
  product.layout = staged.layout;
  return product;
}

ToeplitzStages::ToeplitzStages(StagedLayer& staged) {
  const Problem& p = staged.problem;
  const auto k = static_cast<int64_t>(p.gemm_k()), m = static_cast<int64_t>(p.gemm_m());
  const auto element = static_cast<uint8_t>(p.operand_bytes());
  const uint64_t toeplitz = staged.workspace(p.groups * p.gemm_m() * p.gemm_k() * element);

  gather.name = "toeplitz matrix";
  gather.program = copies(p.R * p.S, p.format);
  gather.items = {p.groups, p.N, p.P, p.Q, p.C};
  gather.source = {
      Tensor::input,
      staged.layout.input,
      element,
      {static_cast<int64_t>(p.input.group), static_cast<int64_t>(p.input.image)},
      StageAxis::windows(p.R, p.stride_h, p.dilation_h, p.pad_top, p.H, static_cast<int64_t>(p.input.row)),
      StageAxis::windows(p.S, p.stride_w, p.dilation_w, p.pad_left, p.W, static_cast<int64_t>(p.input.pixel)),
      static_cast<int64_t>(p.input.channel)};
  gather.target = {Tensor::workspace,
                   toeplitz,
                   element,
                   {m * k, int64_t{p.P} * p.Q * k},
                   StageAxis::planes(p.R, p.Q * k, int64_t{p.S} * p.C),
                   StageAxis::planes(p.S, k, p.C),
                   1};

  product = whole_product(staged);
  product.problem =
      batched_product(p.format, p.groups, static_cast<uint32_t>(m), p.M, static_cast<uint32_t>(k));
  product.problem.output = {p.output.group, p.output.image, p.output.row, p.output.pixel, p.output.channel};
  product.problem.bias = p.bias;
  product.problem.relu = p.relu;
  product.problem.has_scale = p.has_scale;
  product.problem.scale = p.scale;
  product.layout.input = toeplitz;
  product.layout.names.input = Tensor::workspace;
}

}  // namespace systole
