#pragma once
#include <vector>

#include "models/isa.h"

namespace systole {

/// One product's place along k, relative to its lane's address and coordinates.
struct KElement {
  int64_t offset = 0;
  int32_t dy = 0, dx = 0;
  bool fill = true;  ///< beyond the end of k (or, unflattened, of k[2]): no element
};

/// The MMA steps of an operand along k: `depth` elements a step.
class KTable {
 public:
  /// Rebuilds only what differs from the table's last operand.
  void set(const OperandView& view, uint32_t depth, bool flatten);
  const KElement* step(uint64_t index) const { return elements_.data() + index * depth_; }

 private:
  std::array<Axis, 3> k_;
  std::array<int32_t, 2> bound_steps_{};
  uint32_t depth_ = 0;
  bool flatten_ = false;
  std::vector<KElement> elements_;
};

}  // namespace systole
