#pragma once
#include "models/number/format.h"
#include "sim/workload/activation.h"

namespace systole {

/// What becomes of a sum x before it is stored, each part optional. Floating point: y = f(scale * (x +
/// bias)), in fp32. Integers that keep their format: y = f(x + bias), wrapping around. Integers that become
/// narrower: y = clamp(round(f(scale * (x + bias)) / output_scale) + zero_point), halves to even; x + bias is
/// kept within int32. There relu is a comparison with the zero point and round() takes the exact product;
/// where f is a curve, or with an output_scale, everything from the product on is fp32.
struct PostOps {
  Format accumulator = Format::fp32, output = Format::fp32;
  bool bias = false, has_scale = false;
  bool scale_by_channel = false;  ///< else `scale`
  float scale = 1.0F, output_scale = 1.0F;
  int32_t zero_point = 0;
  Activation activation;

  bool is_float() const { return traits_of(accumulator).is_float(); }
  bool converts() const { return output != accumulator; }
  bool any() const { return bias || has_scale || activation || converts(); }
  /// Integers that are fp32 between their sum and their output.
  bool passes_fp32() const { return !is_float() && (activation.traits().is_curve || output_scale != 1); }
  /// Numbers of 4 bytes that lie there for each channel: its bias, its scale in fp32.
  uint32_t channel_numbers() const { return (bias ? 1U : 0U) + (scale_by_channel ? 1U : 0U); }
};

}  // namespace systole
