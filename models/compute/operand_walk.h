#pragma once
#include <vector>

#include "models/compute/k_table.h"
#include "models/memory/sram_buffer.h"
#include "models/number/format.h"

namespace systole {

/// What the ports of a row read: the exponents that the elements after them share, elements, or the last bits
/// of elements that may lie in two words.
enum class RowKind : uint8_t { exponents, elements, ends };

/// The way of a feeder through an operand: which addresses each of its steps reads. A step is a few rows of
/// ports; each port keeps the word it read last.
class OperandWalk {
 public:
  static constexpr int64_t kPadding = INT64_MIN;  ///< no element's address
  /// One row of a step's ports: `ports` of them read an element, the rest of `total` gets fill.
  struct Row {
    std::size_t ports = 0, total = 0;
    std::size_t first_latch = 0;   ///< port p of the row is latch first_latch + p
    uint32_t lane = 0, depth = 0;  ///< of a step's lanes, and of its depth positions
    RowKind kind = RowKind::elements;
  };

  void set_operand(const OperandView& view, SramBuffer& buffer, uint32_t depth, bool flatten);
  /// Steps walk along k; the lanes [begin, begin + lanes) lie side by side.
  void walk_k(uint64_t begin, uint64_t lanes, uint64_t k_begin, uint64_t k_count);
  /// Steps walk along the lanes, `lanes_per_step` at a time; `k_count` MMA steps of k lie side by side,
  /// k-major: port (k, lane).
  void walk_lanes(uint64_t lanes, uint32_t lanes_per_step, uint64_t k_begin, uint64_t k_count);

  SramBuffer& buffer() const { return *buffer_; }
  Format format() const { return view_.format; }
  bool is_scaled() const { return scaled_; }
  Lane zero_point() const { return static_cast<Lane>(view_.zero_point); }
  uint32_t depth() const { return depth_; }
  uint64_t steps() const { return steps_; }
  uint32_t lanes_per_step() const { return lanes_per_step_; }
  std::size_t latches() const { return element_latches() * (scaled_ ? 2 : 1); }
  std::size_t widest_row() const { return along_k_ ? lane_count_ : k_count_; }
  uint32_t rows_per_step() const { return (along_k_ ? 1 : lanes_per_step_) * rows_per_lane_; }
  uint32_t element_rows_per_step() const { return (along_k_ ? 1 : lanes_per_step_) * depth_; }

  /// The addresses of one row of a step, in bits; kPadding: a padding zero.
  Row addresses(uint64_t step, uint32_t row, int64_t* out) const;

  /// The end of the steps from `step` on that lie, like it, in one run of k as a whole; `step` if it does
  /// not.
  uint64_t run_end(uint64_t step) const;
  const KTable& k_table() const { return k_table_; }
  /// The least and greatest byte that an element begins in, those of padding zeros included.
  int64_t lowest() const { return lowest_ >> 3; }
  int64_t highest() const { return highest_ >> 3; }
  /// True when no word of the walk can lie in another slot than the rest.
  bool in_one_slot() const { return one_slot_; }
  /// A byte that shifts with the walk.
  uint64_t anchor() const { return static_cast<uint64_t>(lowest()); }
  /// All that decides which elements share words and banks: walks of equal keys open words in the same
  /// pattern.
  void append_key(std::vector<int64_t>& key) const;

 private:
  bool inside(int32_t y, int32_t x) const {
    return static_cast<uint32_t>(y) < static_cast<uint32_t>(view_.bound[0].limit) &&
           static_cast<uint32_t>(x) < static_cast<uint32_t>(view_.bound[1].limit);
  }
  void place_lanes(uint64_t begin, uint64_t lanes);
  void place_lane(uint64_t lane, uint64_t outer, uint64_t middle, uint64_t inner);
  void place_exponents(uint64_t outer, uint64_t middle, uint64_t inner);
  /// The lanes after the first, which lies there: all along the innermost axis, or across all three.
  void place_along_inner();
  void place_across_axes(uint64_t outer, uint64_t middle, uint64_t inner);
  std::size_t element_latches() const { return along_k_ ? lane_count_ : k_count_ * lanes_per_step_; }
  Row addresses_along_k(uint64_t step, uint32_t row, int64_t* out) const;
  Row addresses_along_lanes(uint64_t step, uint32_t row, int64_t* out) const;
  Row exponents_along_k(uint64_t step, int64_t* out) const;
  Row exponents_along_lanes(uint64_t lane, uint32_t l, int64_t* out) const;
  /// What row `row` of a lane's is, and its depth position.
  Row row_of_lane(uint32_t row) const;

  OperandView view_;
  SramBuffer* buffer_ = nullptr;
  uint32_t depth_ = 1;
  bool flatten_ = true, has_bounds_ = false, bounded_ = false, along_k_ = true, one_slot_ = false;
  bool scaled_ = false;   ///< block-scaled: a row of exponents goes before a lane's elements
  int64_t last_bit_ = 0;  ///< of an element that may lie in two words: a row of ends follows each of elements
  uint32_t rows_per_lane_ = 1;
  KTable k_table_;
  uint64_t steps_ = 0, lane_count_ = 0, k_begin_ = 0, k_count_ = 0;
  uint32_t lanes_per_step_ = 1;
  std::vector<int64_t> base_, exponent_base_;
  std::vector<int32_t> y_, x_;
  int64_t pitch_ = 0;
  struct LanePlace {
    int64_t base = 0;
    int32_t y = 0, x = 0;
  };
  LanePlace least_, most_;  ///< of any lane
  int64_t lowest_ = 0, highest_ = 0;
};

}  // namespace systole
