#include "sim/workload/given_tensor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "sim/config/config.h"
#include "sim/config/text.h"
#include "sim/workload/draw.h"
#include "sim/workload/npy.h"
#include "sim/workload/tensor_layout.h"

namespace systole {
namespace {

TensorLayout layout_of(const Layer& layer, const TensorSpec& spec) {
  return is_nchw(layer) && spec.shape.size() == 4 ? TensorLayout::NCHW : TensorLayout::NHWC;
}

[[noreturn]] void fail(const Layer& layer, const TensorSpec& spec, const std::string& what) {
  const TensorSource& source = spec.source;
  const std::string file = source.file.empty() ? "" : fmt::format("'{}' ", escaped(source.file));
  if (source.place.empty()) throw UserError(fmt::format("{}: error: {}", source.file, what));
  throw UserError(fmt::format("{}: error: layer {}: data.{}: {}{}", source.place, quoted(layer.name),
                              spec.name, file, what));
}

/// What to do about an array of another shape.
std::string remedy(const Layer& layer, const TensorSpec& spec, const std::vector<uint64_t>& shape) {
  if (layer.type != LayerType::conv || spec.shape.size() != 4) return "";
  const bool reads_nchw = is_nchw(layer);
  const TensorLayout other = reads_nchw ? TensorLayout::NHWC : TensorLayout::NCHW;
  if (!is_same_shape(shape, shape_in(other, spec.shape))) return "";
  return reads_nchw ? ", legal: that, or no layout: NCHW beside the file"
                    : ", legal: that, or layout: NCHW beside the file";
}

/// `step` with the spec's file, its failures told with their place.
template <class Step>
auto with_file(const Layer& layer, const TensorSpec& spec, const Step& step) {
  const std::vector<uint64_t> shape = shape_in(layout_of(layer, spec), spec.shape);
  try {
    return step(spec.source.file, spec.format, shape);
  } catch (const NpyShapeError& error) {
    fail(layer, spec,
         fmt::format("has shape {}, expected {} {}{}", fmt::join(error.shape(), "x"), spec.axes,
                     fmt::join(shape, "x"), remedy(layer, spec, error.shape())));
  } catch (const NpyError& error) {
    fail(layer, spec, fmt::format("cannot be read: {}", error.what()));
  }
}

/// As fp32, or toward zero with the last bit set where it is none: what is then rounded to fewer bits is what
/// the number itself rounds to (Boldo and Melquiond, "When double rounding is odd", 2005).
float rounded_to_odd(double number) {
  auto rounded = static_cast<float>(number);
  if (double{rounded} == number || std::isnan(number)) return rounded;
  if (std::abs(double{rounded}) > std::abs(number)) rounded = std::nextafter(rounded, 0.0F);
  uint32_t bits;
  std::memcpy(&bits, &rounded, sizeof bits);
  bits |= 1;
  std::memcpy(&rounded, &bits, sizeof bits);
  return rounded;
}

/// The numbers that the workload gives, but for their layout.
std::vector<Lane> given_numbers(const TensorSpec& spec) {
  const std::vector<double>& numbers = spec.source.numbers;
  std::vector<Lane> lanes(numbers.size());
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (traits_of(spec.format).is_float()) {
      const float number =
          spec.format == Format::fp32 ? static_cast<float>(numbers[i]) : rounded_to_odd(numbers[i]);
      std::memcpy(&lanes[i], &number, sizeof number);
    } else {
      lanes[i] = static_cast<Lane>(static_cast<int64_t>(numbers[i]));
    }
  }
  return lanes;
}

bool is_integer_of(const NumberFormat& format, double number) {
  return std::floor(number) == number && number >= format.lowest && number <= format.highest &&
         (number != 0 || format.has_zero());
}

std::string legal_integers(const NumberFormat& format) {
  return fmt::format("holds a number that is no {}, legal: integers from {:.0f} to {:.0f}{}", format.name,
                     format.lowest, format.highest, format.has_zero() ? "" : " but 0");
}

/// The numbers of the layer's .npy file, but for their layout.
std::vector<Lane> file_numbers(const Layer& layer, const TensorSpec& spec) {
  const std::vector<uint8_t> bytes = with_file(layer, spec, read_npy);
  const std::vector<Lane> lanes =
      load_rows(npy_format(spec.format), bytes.data(), spec.elements(), spec.elements());
  const NumberFormat& format = traits_of(spec.format);
  if (format.is_float()) return lanes;
  for (const Lane lane : lanes) {
    if (!is_integer_of(format, static_cast<int32_t>(lane))) fail(layer, spec, legal_integers(format));
  }
  return lanes;
}

bool is_scale(double number) {
  const auto scale = static_cast<float>(number);
  return scale >= static_cast<float>(kLeastScale) && scale <= static_cast<float>(kMostScale);
}

std::string legal_scales() {
  return fmt::format("holds a number that is no scale, legal: {} to {}", kLeastScale, kMostScale);
}

void check_numbers(const Layer& layer, const TensorSpec& spec) {
  const TensorSource& source = spec.source;
  const std::vector<uint64_t> shape = shape_in(layout_of(layer, spec), spec.shape);
  const bool fits = source.shape.size() == 1 ? source.numbers.size() == spec.elements()
                                             : is_same_shape(source.shape, shape);
  if (!fits) {
    fail(layer, spec,
         fmt::format("has shape {}, expected {} {}, or {} numbers in a flat list{}",
                     fmt::join(source.shape, "x"), spec.axes, fmt::join(shape, "x"), spec.elements(),
                     remedy(layer, spec, source.shape)));
  }
  if (std::strcmp(spec.name, "scale") == 0 &&
      !std::all_of(source.numbers.begin(), source.numbers.end(), is_scale)) {
    fail(layer, spec, legal_scales());
  }
  const NumberFormat& format = traits_of(spec.format);
  const double highest = format.is_block_scaled() ? traits_of(Format::fp32).highest : format.highest;
  const auto misfits = [&](double number) {
    return format.is_float() ? std::abs(number) > highest : !is_integer_of(format, number);
  };
  if (std::none_of(source.numbers.begin(), source.numbers.end(), misfits)) return;
  if (!format.is_float()) fail(layer, spec, legal_integers(format));
  fail(layer, spec, fmt::format("holds a number beyond {}, legal: up to {:.2g}", format.name, highest));
}

}  // namespace

bool is_nchw(const Layer& layer) { return layer.data.layout == TensorLayout::NCHW; }

bool is_given(const Layer& layer, const TensorSpec& spec) {
  return layer.data.kind == DataKind::given && spec.source.is_given();
}

std::vector<Lane> given(const Layer& layer, const TensorSpec& spec) {
  std::vector<Lane> numbers = spec.source.file.empty() ? given_numbers(spec) : file_numbers(layer, spec);
  return to_nhwc(layout_of(layer, spec), std::move(numbers), spec.shape);
}

std::vector<Lane> given_scales(const Layer& layer, const TensorSpec& spec) {
  std::vector<Lane> scales = given(layer, spec);
  for (const Lane lane : scales) {
    float number;
    std::memcpy(&number, &lane, sizeof number);
    if (!is_scale(double{number})) fail(layer, spec, legal_scales());
  }
  return scales;
}

void check_given(const Layer& layer, const TensorSpec& spec) {
  if (spec.source.file.empty()) {
    check_numbers(layer, spec);
  } else {
    with_file(layer, spec, check_npy);
  }
}

}  // namespace systole
