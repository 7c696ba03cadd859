#include "sim/lowering/lowering.h"

namespace systole {

InnerFormats inner_formats(const LoweredLayer& lowered, const LayerFormats& formats) {
  InnerFormats inner{{formats.input, formats.weight, formats.accumulator}, std::nullopt};
  for (const Stage& stage : lowered.stages) {
    if (const auto* transform = std::get_if<TransformStage>(&stage)) {
      inner.transforms = transform->number();
    } else {
      const LayerFormats& product = std::get<ProductStage>(stage).problem.formats;
      inner.products = {product.input, product.weight, product.accumulator};
    }
  }
  return inner;
}

}  // namespace systole
