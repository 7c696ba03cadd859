#pragma once
#include <vector>

#include "models/compute/vector_port.h"
#include "models/stats.h"

namespace systole {

using VectorBuffers = std::array<SramBuffer*, kBufferCount>;

/// A VectorOp under way: a group of `lanes` elements is read in one cycle and written back in the next, while
/// the following group is read.
class ElementwisePass {
 public:
  ElementwisePass(uint32_t lanes, const VectorBuffers& buffers)
      : lanes_(lanes), buffers_(buffers), held_(2 * lanes) {}

  void start(const VectorOp& op);
  /// False when nothing moved in this cycle.
  bool step(Cycle now, VectorStats& stats);
  bool done() const { return written_ == elements_; }
  uint64_t elements() const { return elements_; }

 private:
  bool write_back(Cycle now);
  bool read_ahead(Cycle now, VectorStats& stats);
  uint32_t apply(uint32_t value, uint32_t bias) const;
  uint64_t address(const ResultView& view, uint64_t index) const;

  uint32_t lanes_;
  VectorBuffers buffers_;
  VectorOp op_;
  uint64_t elements_ = 0, columns_ = 1;
  uint64_t read_ = 0, written_ = 0;  ///< elements, row after row along n
  VectorPort source_, bias_, target_;
  std::vector<uint32_t> held_;  ///< computed, not yet written: a ring of two groups
};

}  // namespace systole
