#pragma once
// The numbers of a layer: drawn from the run's seed, read from .npy files or given in the workload.
#include <cstdint>
#include <vector>

#include "sim/workload/draw.h"
#include "sim/workload/layer.h"
#include "sim/workload/problem.h"

namespace systole {

/// Bytes as they lie in DRAM: operands in their formats, bias in the accumulator's with the
/// scale of its channel behind it where channels have scales of their own. A tensor's innermost rows
/// begin at bytes.
struct TensorData {
  std::vector<uint8_t> input, weight, bias;
  std::vector<uint8_t> input_exponents = {}, weight_exponents = {};  ///< of block-scaled operands
};

/// The shapes in which a user gives the tensors: [N, H, W, C], [M, R, S, C / groups], [M]; of a gemm
/// [batch, m, k], [batch, k, n] (or transposed), [batch, n].
std::vector<uint64_t> input_shape(const Layer& layer);
std::vector<uint64_t> weight_shape(const Layer& layer);
std::vector<uint64_t> bias_shape(const Layer& layer);

/// Where a layer's tensors are to lie, of one without bias, `bias` is not used.
struct TensorPlaces {
  uint8_t* input;
  uint8_t* weight;
  uint8_t* bias;
  uint8_t* input_exponents = nullptr;  ///< of block-scaled operands
  uint8_t* weight_exponents = nullptr;
};

/// Deterministic in (seed, layer name, tensor). Throws UserError about a .npy file.
void put_tensors(const Layer& layer, const Problem& problem, uint64_t seed, const TensorPlaces& places);

/// The same in memory of their own.
TensorData make_tensors(const Layer& layer, const Problem& problem, uint64_t seed);

/// Checks that the layer's .npy files and numbers fit, without reading the files' numbers. Throws UserError.
void check_data(const Layer& layer, const Problem& problem);

}  // namespace systole
