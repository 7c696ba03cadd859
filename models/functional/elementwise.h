#pragma once
#include "models/functional/memory_image.h"

namespace systole {

/// y = relu(scale * (x + bias)) of one element, each part optional; 32 bits of the accumulator's format in
/// and out. A NaN comes out as the canonical one.
uint32_t elementwise(const VectorOp& op, uint32_t value, uint32_t bias);

/// The bytes that an element of the target takes.
inline uint32_t target_bytes(const VectorOp& op) { return op.requantize ? 1 : sizeof(uint32_t); }

/// The whole pass, element by element, row after row.
void run_elementwise(const VectorOp& op, MemoryImage& image);

}  // namespace systole
