#include "sim/lowering/lowering.h"

namespace systole {

InnerFormats inner_formats(const LoweredLayer& lowered, Format format) {
  InnerFormats inner{format, std::nullopt};
  for (const Stage& stage : lowered.stages) {
    if (const auto* transform = std::get_if<TransformStage>(&stage)) {
      inner.transforms = transform->program->number;
    } else {
      inner.operands = std::get<ProductStage>(stage).problem.format;
    }
  }
  return inner;
}

}  // namespace systole
