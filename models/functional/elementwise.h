#pragma once
#include "models/functional/memory_image.h"

namespace systole {

/// y of one element (see VectorOp); lanes of the accumulator's kind in and out, the latter within the
/// output's range. `column`: the column's numbers. A NaN comes out as the canonical one.
Lane elementwise(const VectorOp& op, Lane value, const Lane* column);

/// The bytes that an element of the target takes.
inline uint32_t target_bytes(const VectorOp& op) { return traits_of(op.output).bits / 8; }
/// Puts an element there.
inline void store_element(const VectorOp& op, Lane value, uint8_t* to) {
  traits_of(op.output).store_run(to, 0, traits_of(op.output).bits, 1, &value);
}

/// The whole pass, element by element, row after row.
void run_elementwise(const VectorOp& op, MemoryImage& image);

}  // namespace systole
