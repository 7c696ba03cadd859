#pragma once
#include <vector>

#include "models/compute/elementwise_pass.h"
#include "models/compute/params.h"

namespace systole {

/// A VectorKernel under way. Items go through in groups of `lanes`, in a pipeline of three stages, each on a
/// group of its own: one register of all lanes is read a cycle, one step is executed a cycle (a program
/// without steps takes one), one register is written a cycle. Without bank conflicts, groups of i inputs, s
/// steps and o outputs take i + s + o + (groups - 1) * max(i, s, o) cycles.
class KernelPass {
 public:
  KernelPass(const VectorUnitParams& params, const VectorBuffers& buffers)
      : lanes_(params.lanes), buffers_(buffers) {}

  void start(const VectorKernel& kernel);
  /// False when nothing moved in this cycle.
  bool step(Cycle now, VectorStats& stats);
  bool done() const { return groups_written_ == groups_; }
  /// Passes over the next cycles in which nothing but the execution goes on, and says how many.
  Cycle skip_execution();

 private:
  /// A side's place in the item space: where the lanes of a group lie, and which tap of them is next.
  struct Side {
    const LaneView* view = nullptr;
    uint64_t item = 0;                      ///< first of the group
    uint32_t lanes = 0, tap = 0, lane = 0;  ///< of the group; next to be moved
    std::array<uint32_t, 5> index{};        ///< of the item behind the group
    std::vector<uint64_t> address;
    std::vector<int32_t> row, col;  ///< as bounds see them
    VectorPort port;
  };

  void begin_side(Side& side, const LaneView& view);
  void next_group(Side& side);
  bool in_bounds(const Side& side, const LaneTap& tap, uint32_t lane) const;
  bool read(Cycle now);
  void hand_over();
  bool execute(VectorStats& stats);
  bool write(Cycle now);
  uint32_t load(const uint8_t* at) const;

  uint32_t lanes_;
  VectorBuffers buffers_;
  VectorKernel kernel_;
  LaneCounts counts_;
  uint64_t groups_ = 0, groups_read_ = 0, groups_executed_ = 0, groups_written_ = 0;
  Side source_, target_;
  bool staged_ = false;  ///< a whole group has been read and waits for execution
  bool executing_ = false, executed_ = false, writing_ = false;
  uint64_t steps_left_ = 0;
  std::vector<uint32_t> incoming_, registers_, outgoing_;  ///< [register][lane of the group]
};

}  // namespace systole
