#pragma once
#include <vector>

#include "models/isa.h"

namespace systole {

/// The MMA steps of an operand along k, `depth` elements a step: where each lies relative to its lane's
/// address and coordinates. Kept as arrays by depth position, so that loops over steps run along memory, and
/// as runs, so that many elements are copied at once.
class KTable {
 public:
  /// One depth position of all steps.
  struct Column {
    std::vector<int64_t> offset;
    std::vector<int32_t> dy, dx;
    std::vector<uint8_t> fill;  ///< beyond the end of k (or, unflattened, of k[2]): no element
  };
  /// Elements [first, first + count), `stride()` bits apart, at one pair of coordinates. Element e is depth
  /// position e % depth of step e / depth; elements of no run are fill.
  struct Run {
    uint64_t first = 0, count = 0;
    int64_t offset = 0;
    int32_t dy = 0, dx = 0;
  };
  /// The least and greatest of all elements.
  struct Extent {
    int64_t offset_min = 0, offset_max = 0;
    int32_t dy_min = 0, dy_max = 0, dx_min = 0, dx_max = 0;
    int64_t exponent_min = 0, exponent_max = 0;
  };

  /// Where the exponent of a step lies, relative to that of its lane's first: of block-scaled operands.
  int64_t exponent_offset(uint64_t step) const { return exponent_offset_[step]; }

  /// Rebuilds only what differs from the table's last operand.
  void set(const OperandView& view, uint32_t depth, bool flatten);
  uint32_t depth() const { return static_cast<uint32_t>(columns_.size()); }
  const Column& column(uint32_t z) const { return columns_[z]; }
  const std::vector<Run>& runs() const { return runs_; }
  int64_t stride() const { return k_[2].stride; }
  /// Those of all steps, fill included.
  uint64_t elements() const { return columns_.empty() ? 0 : columns_[0].fill.size() * columns_.size(); }
  const Extent& extent() const { return extent_; }

 private:
  void push(uint64_t& count, int64_t offset, int32_t dy, int32_t dx, bool fill);
  void add_run(const Run& run);
  void add_exponents(const OperandView& view, uint32_t r, uint32_t s, uint64_t first);

  std::array<Axis, 3> k_;
  uint32_t block_ = 0;
  std::array<int64_t, 3> exponents_{};
  std::vector<int64_t> exponent_offset_;
  std::array<int32_t, 2> bound_steps_{};
  bool flatten_ = false;
  std::vector<Column> columns_;
  std::vector<Run> runs_;
  Extent extent_;
};

}  // namespace systole
