#include "sim/workload/block_shape.h"

namespace systole {

BlockShape input_blocks(const Layer& layer) {
  if (layer.type != LayerType::gemm) return {layer.conv.C / layer.conv.G, 1};
  const GemmShape& g = layer.gemm;
  return {g.k, g.transpose_a ? g.m : 1, !g.transpose_a};
}

BlockShape weight_blocks(const Layer& layer) {
  if (layer.type != LayerType::gemm) return {layer.conv.C / layer.conv.G, 1};
  const GemmShape& g = layer.gemm;
  return {g.k, g.transpose_b ? 1 : g.n, g.transpose_b};
}

std::vector<uint64_t> exponent_shape(std::vector<uint64_t> shape, const BlockShape& blocks,
                                     const NumberFormat& format) {
  uint64_t& along = blocks.along_last ? shape.back() : shape[shape.size() - 2];
  along = along / blocks.channels * blocks.blocks(format);
  return shape;
}

}  // namespace systole
