#include "sim/lowering/transform/spectra.h"

#include "sim/lowering/transform/bin_form.h"
#include "sim/lowering/transform/strassen_stages.h"

namespace systole {
namespace {

/// The products ac - bd and ad + bc of all bins, summed over the channels, as a convolution of 1 x 2 filters
/// (d, c) with rows of three (-b, a, b), a row a pixel.
Problem sliding_products(const Spectrum& data, const Spectrum& filter, const Spectrum& result) {
  const uint32_t groups = data.groups * data.bins();
  Layer layer;
  ConvShape& c = layer.conv;
  c.G = groups;
  c.C = groups * static_cast<uint32_t>(data.channels);
  c.M = groups * static_cast<uint32_t>(filter.pixels);
  c.H = static_cast<uint32_t>(data.pixels);
  c.W = data.parts();
  c.S = filter.parts();
  Problem problem = make_problem(layer);
  const auto strides = [](const Spectrum& s) {
    return std::array<uint64_t, 3>{s.parts() * static_cast<uint64_t>(s.plane()),
                                   static_cast<uint64_t>(s.channels), static_cast<uint64_t>(s.plane())};
  };
  const auto [x_group, x_row, x_part] = strides(data);
  const auto [w_group, w_filter, w_part] = strides(filter);
  const auto [y_group, y_row, y_part] = strides(result);
  problem.input = {x_group, 0, x_row, x_part, 1};
  problem.weight = {w_group, w_filter, 0, w_part, 1};
  problem.output = {y_group, 0, y_row, y_part, 1};
  return problem;
}

}  // namespace

std::string fourier_declines(const LoweringRequest& request) {
  if (request.layer.type != LayerType::conv) return "only convolutions have spectra to multiply";
  const ConvShape& c = request.layer.conv;
  if (c.R == 1 && c.S == 1) return "a 1x1 filter has no windows that overlap";
  if (c.stride != std::array<uint32_t, 2>{1, 1}) return "the stride is not 1";
  if (c.dilation != std::array<uint32_t, 2>{1, 1}) return "the filter is dilated";
  const LayerFormats formats = request.layer.formats();
  if (!formats.is_float()) return "integers have no exact Fourier transform; legal: floating-point formats";
  if (make_problem(request.layer).is_block_scaled())
    return "its transforms take no exponents, which blocks of operands share";
  if (request.residency == Residency::sram) return "its transforms work from DRAM, and residency is sram";
  return staged_gemm_declines(request);
}

uint64_t Spectrum::bytes() const {
  return uint64_t{groups} * bins() * parts() * static_cast<uint64_t>(plane()) * sizeof(float);
}

StageSide Spectrum::bins_of(int64_t image, int64_t row, bool down) const {
  StageSide side;
  side.tensor = tensor;
  side.base = base;
  const uint32_t across = bin_cols * parts();
  side.outer_pitch = {bins() * parts() * plane(), image * channels};
  side.vertical = StageAxis::planes(down ? across : bin_rows, row * channels, (down ? 1 : across) * plane());
  side.horizontal = StageAxis::planes(down ? 1 : across, channels, plane());
  return side;
}

StageSide Spectrum::columns() const {
  StageSide side;
  side.tensor = tensor;
  side.base = base;
  const int64_t bin = parts() * plane();
  side.outer_pitch = {bins() * bin, 0};
  side.vertical = StageAxis::planes(bin_rows, channels, bin_cols * bin);
  side.horizontal = StageAxis::planes(parts(), bin, plane());
  return side;
}

SpectralProducts::SpectralProducts(const LoweringRequest& request, StagedLayer& staged, uint32_t bin_rows,
                                   uint32_t bin_cols, uint32_t pixels) {
  const Problem& p = staged.problem;
  const TransformOptions& options = request.layer.transform;
  const BinForms forms = bin_forms(options);
  const bool ahead = options.pretransformed;
  const auto spectrum = [&](BinForm form, int64_t of_pixels, int64_t channels) {
    return Spectrum{form, Tensor::workspace, 0, p.groups, bin_rows, bin_cols, of_pixels, channels};
  };
  data = spectrum(forms.input, pixels, p.C);
  filter = spectrum(forms.filter, p.M, p.C);
  result = spectrum(forms.product, pixels, p.M);
  filter.tensor = ahead ? Tensor::weight : Tensor::workspace;
  filter.base = ahead ? staged.ahead(filter.bytes()) : staged.workspace(filter.bytes());
  data.base = staged.workspace(data.bytes());
  result.base = staged.workspace(result.bytes());

  stage.name = "products";
  stage.problem = forms.pairwise()
                      ? batched_product(p.formats.accumulator, p.groups * filter.bins() * filter.parts(),
                                        pixels, p.M, p.C)
                      : sliding_products(data, filter, result);
  stage.layout.input = data.base;
  stage.layout.weight = filter.base;
  stage.layout.output = result.base;
  stage.layout.names.input = stage.layout.names.output = Tensor::workspace;
  stage.layout.names.weight = filter.tensor;
}

}  // namespace systole
