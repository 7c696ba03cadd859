#pragma once
#include <vector>

#include "models/functional/memory_image.h"
#include "models/stats.h"
#include "models/vector/vector_port.h"

namespace systole {

using VectorBuffers = std::array<SramBuffer*, kBufferCount>;

/// A VectorOp under way: a group of `lanes` elements is read in one cycle and written back in the next, while
/// the following group is read.
class ElementwisePass {
 public:
  /// `image`: see VectorUnit.
  ElementwisePass(uint32_t lanes, const VectorBuffers& buffers, MemoryImage* image)
      : lanes_(lanes), buffers_(buffers), image_(image), held_(2 * lanes) {}

  void start(const VectorOp& op);
  /// False when nothing moved in this cycle.
  bool step(Cycle now, VectorStats& stats);
  bool done() const { return written_ == elements_; }
  uint64_t elements() const { return elements_; }

 private:
  bool write_back(Cycle now);
  bool read_ahead(Cycle now, VectorStats& stats);
  void take(uint64_t from, uint64_t bias_at);

  uint32_t lanes_;
  VectorBuffers buffers_;
  MemoryImage* image_;
  VectorOp op_;
  uint64_t elements_ = 0;
  uint64_t read_ = 0, written_ = 0;  ///< elements, row after row along n
  VectorPort source_, bias_, target_;
  std::vector<uint32_t> held_;  ///< computed, not yet written: a ring of two groups
};

}  // namespace systole
