#include "sim/workload/formats.h"

namespace systole {
namespace {

Format output_of(Format input, Format accumulator, bool scaled) {
  const NumberFormat& traits = traits_of(input);
  if (!traits.is_float()) return scaled && traits.bits == 8 ? input : accumulator;
  if (traits.is_block_scaled()) return accumulator;
  return traits.bits == traits_of(accumulator).bits ? accumulator : input;
}

}  // namespace

LayerFormats FormatRequest::resolved(bool scaled) const {
  LayerFormats formats;
  formats.input = input.value_or(weight.value_or(Format::fp32));
  formats.weight = weight.value_or(formats.input);
  formats.accumulator = accumulator.value_or(wide_format(traits_of(formats.input).lane));
  formats.output = output.value_or(output_of(formats.input, formats.accumulator, scaled));
  return formats;
}

std::string format_text(const LayerFormats& formats, bool scaled) {
  FormatRequest word;
  word.input = formats.input;
  const std::string name = traits_of(formats.input).name;
  if (formats == word.resolved(scaled)) return name;
  return "input=" + name + ",weight=" + traits_of(formats.weight).name +
         ",accumulator=" + traits_of(formats.accumulator).name + ",output=" + traits_of(formats.output).name;
}

}  // namespace systole
