#pragma once
#include <vector>

#include "models/compute/k_table.h"
#include "models/functional/memory_image.h"
#include "models/number/sum/arithmetic.h"

namespace systole {

/// The elements of a MatMul's operand, gathered from its buffer into 32-bit lanes. Element e of k is depth
/// position e % depth of MMA step e / depth; what completes a step holds no element and becomes fill.
class Operand {
 public:
  void set(const OperandView& view, uint32_t depth, bool flatten, MemoryImage& image);
  Format format() const { return view_.format; }
  uint64_t lanes() const { return base_.size(); }
  uint64_t elements() const { return k_table_.elements(); }

  /// out[l * stride + e] for the lanes [lane, lane + lanes) and all elements.
  void gather_rows(uint64_t lane, uint64_t lanes, Lane fill, Lane* out, std::size_t stride) const;
  /// out[l / kBlockLanes * stride + e * kBlockLanes + l % kBlockLanes], l counted from `lane`; the last panel
  /// is filled up with fill.
  void gather_panels(uint64_t lane, uint64_t lanes, Lane fill, Lane* out, std::size_t stride) const;

 private:
  void gather_lane(uint64_t lane, Lane fill, Lane* out, std::size_t step) const;
  void gather_across(uint64_t lane, uint64_t lanes, Lane fill, Lane* out, std::size_t element_step,
                     std::size_t lane_step) const;
  /// Lanes from `lane` on lie side by side, none of them ever outside.
  bool lies_across(uint64_t lane, uint64_t lanes) const;
  void load(int64_t from, int64_t pitch, uint64_t n, Lane* out, std::size_t step) const;
  bool inside(uint64_t lane, int32_t dy, int32_t dx) const;
  /// Gives each element of a block-scaled lane its block's exponent.
  void scale_lane(uint64_t lane, Lane* out, std::size_t step) const;

  OperandView view_;
  decltype(NumberFormat::load_run) load_run_ = nullptr;
  bool bounded_ = false;
  KTable k_table_;
  MemoryImage* image_ = nullptr;
  std::vector<int64_t> base_;   ///< of each lane, at k = 0
  std::vector<int32_t> y_, x_;  ///< as bounds see them
};

}  // namespace systole
