#pragma once
// What an algorithm that works in stages computes, in plain loops: stage after stage on an image of DRAM. It
// follows the machine's order of operations and must agree with it bit for bit.
#include <cstdint>
#include <vector>

#include "sim/lowering/stage/stage.h"
#include "sim/workload/data.h"

namespace systole {

/// The tensors where the layout puts them, zeros elsewhere.
std::vector<uint8_t> dram_image(const DramLayout& layout, const TensorData& data);

/// Carries out the stages from `first` up to `last`, which is left out.
void run_stages(const std::vector<Stage>& stages, size_t first, size_t last, std::vector<uint8_t>& image,
                unsigned threads);

/// For the error bound of a floating-point layer (see bound.h).
struct StagedMagnitudes {
  /// The stages with all values and constants by magnitude, subtractions as additions. Beyond fp32's range
  /// where they lead there; Inf or NaN only where an operand is.
  std::vector<double> outputs;
  uint64_t roundings = 0;  ///< the most that lie on the way from an input to an output
};
StagedMagnitudes staged_magnitudes(const std::vector<Stage>& stages, const DramLayout& layout,
                                   const Problem& problem, const TensorData& data, unsigned threads);

}  // namespace systole
