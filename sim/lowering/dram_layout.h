#pragma once
#include <cstdint>

#include "models/isa.h"
#include "models/memory/params.h"

namespace systole {

struct TileContext;
struct TilePlan;

/// Where the tensors of a layer lie in DRAM; bases are multiples of 4096. The names are those under which
/// their bytes are counted.
struct DramLayout {
  uint64_t input = 0, weight = 0, bias = 0, output = 0, psum = 0, index = 0, total_bytes = 0;
  uint64_t input_exponents = 0, weight_exponents = 0;  ///< of block-scaled operands
  struct {
    Tensor input = Tensor::input, weight = Tensor::weight, output = Tensor::output;
  } names;
};

/// Gives out places in DRAM, one after the other.
class DramSpace {
 public:
  uint64_t put(uint64_t bytes);
  uint64_t used() const { return used_; }

 private:
  uint64_t used_ = 0;
};

/// Throws MappingError when the tensors take more than the DRAM's capacity; says how many bytes are short.
void check_capacity(const DramParams& dram, uint64_t bytes);

/// Puts the tensors one after the other; room for partial sums only when the plan spills them. Throws
/// MappingError when they exceed the DRAM's capacity.
DramLayout dram_layout(const TileContext& context, const TilePlan& plan);

}  // namespace systole
