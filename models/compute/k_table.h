#pragma once
#include <vector>

#include "models/isa.h"

namespace systole {

/// The MMA steps of an operand along k, `depth` elements a step: where each lies relative to its lane's
/// address and coordinates. Kept as arrays by depth position, so that loops over steps run along memory.
class KTable {
 public:
  /// One depth position of all steps.
  struct Column {
    std::vector<int64_t> offset;
    std::vector<int32_t> dy, dx;
    std::vector<uint8_t> fill;  ///< beyond the end of k (or, unflattened, of k[2]): no element
  };

  /// Rebuilds only what differs from the table's last operand.
  void set(const OperandView& view, uint32_t depth, bool flatten);
  const Column& column(uint32_t z) const { return columns_[z]; }

 private:
  void push(uint64_t& count, int64_t offset, int32_t dy, int32_t dx, bool fill);

  std::array<Axis, 3> k_;
  std::array<int32_t, 2> bound_steps_{};
  bool flatten_ = false;
  std::vector<Column> columns_;
};

}  // namespace systole
