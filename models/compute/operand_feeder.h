#pragma once
#include <systemc>
#include <vector>

#include "models/compute/format/format.h"
#include "models/compute/k_table.h"
#include "models/memory/bank_claims.h"

namespace systole {

/// Generates the addresses of an operand, reads its buffer and hands blocks of lanes to the array, a few steps
/// ahead. A step's words are read in one cycle unless they share banks; each port keeps the word it read last, and
/// neighbours in one word share an access. Elements outside a Bound are zeros made here, never read.
class OperandFeeder : public sc_core::sc_module {
 public:
  OperandFeeder(sc_core::sc_module_name name, Tensor tensor);

  struct BlockLayout {
    std::size_t size = 0, lane_stride = 1, depth_stride = 1;
    Lane fill = 0;  ///< of places without an element
  };

  void set_operand(const OperandView& view, SramBuffer& buffer, Format format, uint32_t depth, bool flatten);
  /// Steps walk along k; the lanes [begin, begin + lanes) lie side by side.
  void walk_k(uint64_t begin, uint64_t lanes, uint64_t k_begin, uint64_t k_count, const BlockLayout& layout);
  /// Steps walk along the lanes, `lanes_per_step` at a time; `k_count` MMA steps of k lie side by side, k-major:
  /// port (k, lane).
  void walk_lanes(uint64_t lanes, uint32_t lanes_per_step, uint64_t k_begin, uint64_t k_count,
                  const BlockLayout& layout);

  /// One cycle of reading. Does nothing when enough is read ahead.
  void fetch(Cycle now);
  bool ready() const { return head_ != tail_; }
  const Lane* front() const { return ring_.data() + head_ % kAhead * layout_.size; }
  void pop() { ++head_; }

 private:
  struct LanePlace {
    int64_t base = 0;
    int32_t y = 0, x = 0;
  };

  LanePlace place(uint64_t lane) const;
  void plan();
  void plan_port(std::size_t port, const LanePlace& lane, const KElement* elements, Lane* block);

  static constexpr uint64_t kAhead = 4;  ///< blocks
  static constexpr uint64_t kNoWord = ~uint64_t{0};

  Tensor tensor_;
  OperandView view_;
  SramBuffer* buffer_ = nullptr;
  Lane (*load_)(const uint8_t*) = nullptr;
  uint32_t depth_ = 1;
  bool bounded_ = false, along_k_ = true;
  KTable k_table_;
  BlockLayout layout_;
  std::vector<LanePlace> lanes_;
  std::vector<uint64_t> latches_;
  std::vector<Lane> ring_;
  uint64_t steps_ = 0, lane_count_ = 0, k_begin_ = 0, k_count_ = 0;
  uint32_t lanes_per_step_ = 1;
  uint64_t head_ = 0, tail_ = 0;  ///< blocks handed out, blocks read
  bool planned_ = false;
  uint64_t shared_word_ = kNoWord, accesses_ = 0, elements_ = 0;
  BankClaims claims_;
};

}  // namespace systole
