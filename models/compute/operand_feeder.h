#pragma once
#include <systemc>
#include <vector>

#include "models/compute/format/format.h"
#include "models/compute/k_table.h"
#include "models/memory/bank_claims.h"

namespace systole {

/// Generates the addresses of an operand, reads its buffer and hands blocks of lanes to the array, a few
/// steps ahead. A step's words are read in one cycle unless they share banks; each port keeps the word it
/// read last, and neighbours in one word share an access. Elements outside a Bound are zeros made here, never
/// read.
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
  /// Steps walk along the lanes, `lanes_per_step` at a time; `k_count` MMA steps of k lie side by side,
  /// k-major: port (k, lane).
  void walk_lanes(uint64_t lanes, uint32_t lanes_per_step, uint64_t k_begin, uint64_t k_count,
                  const BlockLayout& layout);

  /// Takes the values of the next `steps` steps all at once, ahead of their cycles: block after block of
  /// `layout.size` lanes. Their words are still read, and their banks still held, step by step in fetch().
  /// Only before the first fetch; such steps have no front().
  void take(uint64_t steps, Lane* blocks);
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
  /// A row of ports that are served by one loop: their addresses and coordinates for one depth position.
  struct PortRow {
    std::vector<int64_t> base;
    std::vector<int32_t> y, x;
    void resize(std::size_t n);
  };

  LanePlace place(uint64_t lane) const;
  void begin(const BlockLayout& layout, std::size_t ports);
  void plan(Lane* block);
  void plan_along_k(Lane* block);
  void plan_along_lanes(Lane* block);
  void read_ports(std::size_t ports, uint64_t* latches, Lane* block, std::size_t stride);
  void open_words(std::size_t ports, uint64_t* latches);

  static constexpr uint64_t kAhead = 4;  ///< blocks
  static constexpr uint64_t kNoWord = ~uint64_t{0};

  Tensor tensor_;
  OperandView view_;
  SramBuffer* buffer_ = nullptr;
  decltype(FormatKernels::load_ports) load_ = nullptr;
  uint32_t load_bytes_ = 4;
  uint32_t depth_ = 1;
  bool bounded_ = false, along_k_ = true;
  KTable k_table_;
  BlockLayout layout_;
  PortRow lanes_;                   ///< walk_k: the lanes side by side
  std::vector<int64_t> addresses_;  ///< of the row at hand; negative: a padding zero
  std::vector<uint64_t> words_, latches_;
  std::vector<Lane> ring_;
  uint64_t steps_ = 0, lane_count_ = 0, k_begin_ = 0, k_count_ = 0;
  uint32_t lanes_per_step_ = 1;
  uint64_t head_ = 0, tail_ = 0;        ///< blocks handed out, blocks read
  uint64_t planned_ = 0;                ///< steps whose words are known
  std::vector<uint32_t> banks_;         ///< of the words the planned steps open, in order
  std::vector<std::size_t> bank_ends_;  ///< per planned step from `planned_from_` on
  uint64_t planned_from_ = 0;
  bool claiming_ = false;
  uint64_t shared_word_ = kNoWord, accesses_ = 0, elements_ = 0;
  BankClaims claims_;
};

}  // namespace systole
