#include "sim/lowering/transform/fft_image.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/lowering/transform/bin_form.h"
#include "sim/lowering/transform/program_cache.h"

namespace systole {
namespace {

constexpr uint32_t kLargest = 256;

using Program = std::shared_ptr<const LaneProgram>;

enum Kind : uint32_t { real, complex, inverse_complex, inverse_real };

Program program(Kind kind, uint32_t n, FftWindow window, BinForm form, uint32_t divisor, bool reversed) {
  const std::vector<uint32_t> key = {
      2, kind, n, window.first, window.count, static_cast<uint32_t>(form), divisor, reversed};
  return cached_program(key, [&] {
    switch (kind) {
      case real: {
        LaneProgram made = real_fft_program(n, window, FftBins::half);
        return reversed ? with_reversed_inputs(std::move(made), 1) : made;
      }
      case complex: {
        LaneProgram made = complex_fft_program(n, window, form);
        return reversed ? with_reversed_inputs(std::move(made), 2) : made;
      }
      case inverse_complex:
        return inverse_complex_fft_program(n, window, divisor, form);
      case inverse_real:
        break;
    }
    return inverse_real_fft_program(n, window, FftBins::half, divisor);
  });
}

FftPasses forward(const FftImage& image, FftWindow rows, FftWindow cols, BinForm form, bool reversed) {
  return {program(real, image.width, cols, BinForm::complex, 1, reversed),
          program(complex, image.height, rows, form, 1, reversed)};
}

/// Why the machine has no room for the program; empty: it has.
std::string lacks(const AcceleratorParams& arch, const char* name, uint32_t n, const LaneProgram& program) {
  if (program.registers > arch.vector_unit.registers) {
    return fmt::format("the {} of {} needs {} registers a lane; vector_unit.registers is {}", name, n,
                       program.registers, arch.vector_unit.registers);
  }
  const auto overflows = [&](Space space, uint64_t values) {
    return (values * sizeof(float) + 7) / 8 * 8 > arch.buffers[static_cast<int>(space)].size / 2;
  };
  if (overflows(Space::input, program.inputs) || overflows(Space::output, program.outputs.size())) {
    return fmt::format("the {} of {} overflows half of the input or output buffer", name, n);
  }
  return "";
}

}  // namespace

FftImage fft_image(const LoweringRequest& request, const Problem& p, std::string& reason) {
  FftImage image;
  const uint32_t rows = p.P + p.R - 1, cols = p.Q + p.S - 1;
  if (rows > kLargest || cols > kLargest) {
    reason = fmt::format("the padded image of {0}x{1} is larger than {2}x{2}, the largest transform", rows,
                         cols, kLargest);
    return image;
  }
  image.height = next_fourier_size(rows);
  image.width = next_fourier_size(cols);
  const BinForms forms = bin_forms(request.layer.transform);
  image.data = forward(image, {p.pad_top, p.H}, {p.pad_left, p.W}, forms.input, false);
  image.filter = forward(image, {0, p.R}, {0, p.S}, forms.filter, true);
  image.inverse.cols = program(inverse_complex, image.height, {p.R - 1, p.P}, forms.product, 1, false);
  image.inverse.rows =
      program(inverse_real, image.width, {p.S - 1, p.Q}, BinForm::complex, image.height * image.width, false);
  for (const FftPasses* passes : {&image.data, &image.filter, &image.inverse}) {
    const char* const inverse = passes == &image.inverse ? "inverse " : "";
    if (reason.empty()) {
      reason = lacks(request.arch, fmt::format("{}transform of rows", inverse).c_str(), image.width,
                     *passes->rows);
    }
    if (reason.empty()) {
      reason = lacks(request.arch, fmt::format("{}transform of columns", inverse).c_str(), image.height,
                     *passes->cols);
    }
  }
  return image;
}

}  // namespace systole
