#include "sim/lowering/transform/strassen_stages.h"

#include <algorithm>
#include <array>
#include <utility>

#include "sim/lowering/transform/strassen_program.h"
#include "sim/mapping/array_shape.h"

namespace systole {
namespace {

constexpr uint64_t kSumBytes = 4;

/// The format of sums of sub-blocks. Three levels make a sum of at most 64 of them, which of 8 bits fits
/// int16; wider integers are sums modulo 2^32, of which the results, once they fit int32, are exact all the
/// same. Floating-point numbers are added in fp32 and multiplied as such.
Format operands_of(const LayerFormats& formats) {
  if (formats.is_float()) return Format::fp32;
  const uint32_t bits = std::max(traits_of(formats.input).bits, traits_of(formats.weight).bits);
  return bits <= 8 ? Format::int16 : Format::int32;
}

/// A side of a matrix, cut into `taps` sub-blocks of `size`.
struct Side {
  uint32_t extent = 0, size = 0;
  int64_t pitch = 0;  ///< elements of the tensor
};

/// A matrix as it lies in DRAM: `inner` is the side whose neighbours lie closest.
struct Matrix {
  Side outer, inner;
  bool transposed = false;  ///< the rows of the matrix are `inner`

  Matrix(const Side& rows, const Side& cols) : outer(rows), inner(cols), transposed(rows.pitch < cols.pitch) {
    if (transposed) std::swap(outer, inner);
  }
  uint64_t elements() const { return uint64_t{outer.size} * inner.size; }
};

/// The program with its inputs in the order of the transposed grid: they change places with their mirror
/// images, everything else stays.
LaneProgram with_transposed_inputs(LaneProgram program, uint32_t grid) {
  const auto renamed = [&](uint16_t& name) {
    if (name < program.inputs) name = static_cast<uint16_t>(name % grid * grid + name / grid);
  };
  for (LaneStep& step : program.steps) {
    renamed(step.target);
    renamed(step.a);
    renamed(step.b);
  }
  for (uint16_t& output : program.outputs) renamed(output);
  return program;
}

class Expansion {
 public:
  Expansion(const TransformOptions& options, StagedLayer& staged, const ProductStage& product)
      : options_(options),
        staged_(staged),
        product_(product),
        ahead_(options.pretransformed && product.layout.names.weight == Tensor::weight) {
    const Problem& p = product.problem;
    for (uint32_t level = 0; level < options.strassen_levels; ++level) {
      grid_ *= 2;
      products_ *= 7;
    }
    const auto side = [&](uint64_t extent, uint64_t pitch) {
      return Side{static_cast<uint32_t>(extent), static_cast<uint32_t>(div_up(extent, grid_)),
                  static_cast<int64_t>(pitch)};
    };
    const uint64_t m = p.gemm_m(), n = p.gemm_n(), k = p.gemm_k();
    const Matrix left(side(m, p.input.pixel), side(k, p.input.channel));
    const Matrix right(side(k, p.weight.channel), side(n, p.weight.filter));
    const Matrix result(side(m, p.output.pixel), side(n, p.output.channel));
    const Format format = operands_of(p.formats);
    const uint64_t operand = traits_of(format).bits / 8;
    number_ = p.formats.lane();
    const auto bytes = [&](const Matrix& matrix, uint64_t element) {
      return p.groups * products_ * matrix.elements() * element;
    };
    const uint64_t rights =
        ahead_ ? staged.ahead(bytes(right, operand)) : staged.workspace(bytes(right, operand));
    const uint64_t lefts = staged.workspace(bytes(left, operand));
    const uint64_t results = staged.workspace(bytes(result, kSumBytes));
    const Tensor rights_tensor = ahead_ ? Tensor::weight : Tensor::workspace;

    right_ = operands("right operands", right, strassen_right,
                      grid_side(right, product.layout.names.weight, product.layout.weight, p.weight.group,
                                p.formats.weight),
                      sub_blocks(right, rights_tensor, rights, format));
    left_ = operands(
        "left operands", left, strassen_left,
        grid_side(left, product.layout.names.input, product.layout.input, p.input.group, p.formats.input),
        sub_blocks(left, Tensor::workspace, lefts, format));

    batch_.name = product.name;
    Layer gemm;
    gemm.type = LayerType::gemm;
    gemm.gemm = {p.groups * products_, left.transposed ? left.inner.size : left.outer.size,
                 result.inner.size,    left.transposed ? left.outer.size : left.inner.size,
                 left.transposed,      right.transposed};
    gemm.format.input = format;
    batch_.problem = make_problem(gemm);
    batch_.layout.input = lefts;
    batch_.layout.weight = rights;
    batch_.layout.output = results;
    batch_.layout.names.input = batch_.layout.names.output = Tensor::workspace;
    batch_.layout.names.weight = rights_tensor;

    inverse_.name = "inverse of " + product.name;
    inverse_.program = std::make_shared<LaneProgram>(
        strassen_inverse(options.strassen_levels, options.strassen_form, number_));
    inverse_.items = items_of(result);
    inverse_.source = sub_blocks(result, Tensor::workspace, results, p.formats.accumulator);
    inverse_.target = grid_side(result, product.layout.names.output, product.layout.output, p.output.group,
                                p.formats.accumulator);
    inverse_.post = stage_post_of(p.post_ops(), product.layout.bias, p.bias);
  }

  /// In the place of stage `at`; returns the place behind the last of them.
  size_t insert(size_t at) const {
    std::vector<Stage>& stages = staged_.stages;
    const auto place = [&](size_t index) { return stages.begin() + static_cast<std::ptrdiff_t>(index); };
    stages.erase(place(at));
    stages.insert(place(ahead_ ? staged_.prepared : at), right_);
    if (ahead_) ++staged_.prepared;
    const std::array<Stage, 3> rest = {left_, batch_, inverse_};
    stages.insert(place(at + 1), rest.begin(), rest.end());
    return at + 1 + rest.size();
  }

 private:
  std::array<uint32_t, 5> items_of(const Matrix& matrix) const {
    return {product_.problem.groups, 1, matrix.outer.size, matrix.inner.size, 1};
  }

  /// The matrix as a grid of sub-blocks.
  StageSide grid_side(const Matrix& matrix, Tensor tensor, uint64_t base, uint64_t group,
                      Format format) const {
    const auto axis = [&](const Side& side) {
      return StageAxis::blocks(grid_, side.size, side.extent, side.pitch);
    };
    return {tensor, base, format, {static_cast<int64_t>(group), 0}, axis(matrix.outer), axis(matrix.inner),
            1};
  }

  /// Operands or products, each a matrix of the size of a sub-block.
  StageSide sub_blocks(const Matrix& matrix, Tensor tensor, uint64_t base, Format format) const {
    const auto elements = static_cast<int64_t>(matrix.elements());
    return {tensor,
            base,
            format,
            {products_ * elements, 0},
            StageAxis::planes(products_, matrix.inner.size, elements),
            StageAxis::planes(1, 1, 0),
            1};
  }

  template <class Program>
  TransformStage operands(const char* name, const Matrix& matrix, const Program& program,
                          const StageSide& from, const StageSide& to) const {
    TransformStage stage;
    stage.name = std::string(name) + " of " + product_.name;
    LaneProgram made = program(options_.strassen_levels, options_.strassen_form, number_);
    if (matrix.transposed) made = with_transposed_inputs(std::move(made), grid_);
    stage.program = std::make_shared<LaneProgram>(std::move(made));
    stage.items = items_of(matrix);
    stage.source = from;
    stage.target = to;
    return stage;
  }

  const TransformOptions& options_;
  StagedLayer& staged_;
  const ProductStage& product_;
  bool ahead_;
  LaneNumber number_ = LaneNumber::fp32;
  uint32_t grid_ = 1, products_ = 1;  ///< sub-blocks along a side, products of them
  TransformStage right_, left_, inverse_;
  ProductStage batch_;
};

}  // namespace

void use_strassen(const TransformOptions& options, StagedLayer& staged) {
  for (size_t at = 0; at < staged.stages.size();) {
    const auto* stage = std::get_if<ProductStage>(&staged.stages[at]);
    if (stage == nullptr) {
      ++at;
      continue;
    }
    const ProductStage product = *stage;
    at = Expansion(options, staged, product).insert(at);
  }
}

std::string strassen_declines(const LoweringRequest& request) {
  if (request.residency == Residency::sram) return "its sub-blocks lie in DRAM, and residency is sram";
  return transforms_decline(request.layer);
}

std::string staged_gemm_declines(const LoweringRequest& request) {
  if (request.layer.transform.gemm == GemmMethod::plain) return "";
  const std::string reason = strassen_declines(request);
  return reason.empty() ? "" : "gemm: strassen: " + reason;
}

std::string whole_gemm_declines(const LoweringRequest& request) {
  if (request.layer.transform.gemm == GemmMethod::plain) return "";
  return "gemm: strassen needs a matrix product that is a pass of its own";
}

}  // namespace systole
