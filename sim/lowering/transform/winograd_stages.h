#pragma once
// The stages of Winograd's minimal filtering: filter transform, data transform, products point by point,
// inverse.
#include "sim/lowering/stage/staged_layer.h"
#include "sim/lowering/transform/winograd_tiles.h"

namespace systole {

struct WinogradStages {
  WinogradTiles tiles;
  TransformStage filter, data, inverse;
  ProductStage product;
  bool ahead = false;  ///< the filters were transformed ahead of time

  uint64_t dram_bytes = 0;  ///< of the layer's own tensors, filters transformed ahead of time among them

  /// The tensors in between lie in the workspace of `staged` as [group][point][tile or filter][channel].
  WinogradStages(const LoweringRequest& request, StagedLayer& staged);
};

}  // namespace systole
