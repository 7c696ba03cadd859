#pragma once
#include <optional>
#include <string>

#include "models/number/format.h"

namespace systole {

/// The number formats of a layer. Operands become lanes of one kind, which is that of the accumulator; bias
/// has the accumulator's format.
struct LayerFormats {
  Format input = Format::fp32, weight = Format::fp32, accumulator = Format::fp32, output = Format::fp32;

  /// Operands of one format; sums, which are the results as well, as wide as its lanes.
  static LayerFormats of_operands(Format operands) {
    const Format wide = wide_format(traits_of(operands).lane);
    return {operands, operands, wide, wide};
  }
  ProductFormats products() const { return {input, weight, accumulator}; }
  bool is_float() const { return traits_of(accumulator).is_float(); }
  LaneNumber lane() const { return traits_of(accumulator).lane; }
  /// Results leave in another format than sums are kept in.
  bool converts() const { return output != accumulator; }
  bool operator==(const LayerFormats& o) const {
    return input == o.input && weight == o.weight && accumulator == o.accumulator && output == o.output;
  }
};

/// The formats of a layer as far as the user fixes them.
struct FormatRequest {
  std::optional<Format> input, weight, accumulator, output;

  FormatRequest() = default;
  /// The short form: both operands.
  FormatRequest(Format word) : input(word) {}  // NOLINT: a word is a request
  explicit FormatRequest(const LayerFormats& formats)
      : input(formats.input),
        weight(formats.weight),
        accumulator(formats.accumulator),
        output(formats.output) {}
  bool operator==(const FormatRequest& o) const {
    return input == o.input && weight == o.weight && accumulator == o.accumulator && output == o.output;
  }
  /// An operand takes the format of the other, else fp32. Floating-point operands sum in fp32 and integers in
  /// int32. fp32, tf32 and block-scaled operands leave as fp32, other floating-point ones in the input's
  /// format; int8 and uint8 leave in their own format if they are `scaled`, as all other integers do as
  /// int32.
  LayerFormats resolved(bool scaled) const;
};

/// As a user would write them: a word where the rest follows from it (`scaled` or not), else what
/// each tensor has, as "input=int8,weight=int4,accumulator=int32,output=int8".
std::string format_text(const LayerFormats& formats, bool scaled);

}  // namespace systole
