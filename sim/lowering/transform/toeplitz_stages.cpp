#include "sim/lowering/transform/toeplitz_stages.h"

#include <fmt/format.h>

#include "sim/mapping/window.h"

namespace systole {
namespace {

std::shared_ptr<const LaneProgram> copies(uint32_t values) {
  auto program = std::make_shared<LaneProgram>();
  program->registers = program->inputs = static_cast<uint16_t>(values);
  for (uint16_t r = 0; r < values; ++r) program->outputs.push_back(r);
  return program;
}

}  // namespace

bool is_matrix(const Problem& p) {
  return p.R == 1 && p.S == 1 && p.stride_h == 1 && p.stride_w == 1 && p.P == p.H && p.Q == p.W;
}

std::string toeplitz_declines(const Problem& p) {
  if (p.zero_point.input != 0)
    return "the padding in its Toeplitz matrix is 0, and the input's zero point is another";
  for (const Format operand : {p.formats.input, p.formats.weight}) {
    const NumberFormat& format = traits_of(operand);
    if (format.is_block_scaled())
      return fmt::format("its Toeplitz matrix takes no exponents, which blocks of {} share", format.name);
    if (uint64_t{p.C} * format.bits % 8 != 0) {
      return fmt::format("{} channels of {} are no whole bytes, which rows of matrices are made of", p.C,
                         format.name);
    }
  }
  const bool pads = pairs_in_bounds(vertical_axis(p)) < uint64_t{p.P} * p.R ||
                    pairs_in_bounds(horizontal_axis(p)) < uint64_t{p.Q} * p.S;
  const NumberFormat& input = traits_of(p.formats.input);
  if (pads && !input.has_zero()) return fmt::format("{} has no zero for the padding", input.name);
  return "";
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
  product = whole_product(staged);
  product.problem =
      batched_product(p.formats, p.groups, static_cast<uint32_t>(m), p.M, static_cast<uint32_t>(k));
  const uint64_t toeplitz = staged.workspace(product.problem.input_bytes());

  gather.name = "toeplitz matrix";
  gather.program = copies(p.R * p.S);
  gather.items = {p.groups, p.N, p.P, p.Q, p.C};
  gather.source = {
      Tensor::input,
      staged.layout.input,
      p.formats.input,
      {static_cast<int64_t>(p.input.group), static_cast<int64_t>(p.input.image)},
      StageAxis::windows(p.R, p.stride_h, p.dilation_h, p.pad_top, p.H, static_cast<int64_t>(p.input.row)),
      StageAxis::windows(p.S, p.stride_w, p.dilation_w, p.pad_left, p.W, static_cast<int64_t>(p.input.pixel)),
      static_cast<int64_t>(p.input.channel)};
  gather.target = {Tensor::workspace,
                   toeplitz,
                   p.formats.input,
                   {m * k, int64_t{p.P} * p.Q * k},
                   StageAxis::planes(p.R, p.Q * k, int64_t{p.S} * p.C),
                   StageAxis::planes(p.S, k, p.C),
                   1};

  product.problem.output = {p.output.group, p.output.image, p.output.row, p.output.pixel, p.output.channel};
  product.problem.bias = p.bias;
  product.problem.activation = p.activation;
  product.problem.output_scale = p.output_scale;
  product.problem.has_scale = p.has_scale;
  product.problem.scale = p.scale;
  product.problem.scale_by_channel = p.scale_by_channel;
  product.problem.zero_point = p.zero_point;
  product.layout.input = toeplitz;
  product.layout.names.input = Tensor::workspace;
}

}  // namespace systole
