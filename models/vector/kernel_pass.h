#pragma once
#include <optional>

#include "models/compute/params.h"
#include "models/vector/elementwise_pass.h"
#include "models/vector/kernel_values.h"
#include "models/vector/lane_places.h"

namespace systole {

/// A VectorKernel under way. Items go through in groups of `lanes`, in a pipeline of three stages, each on a
/// group of its own: one register of all lanes is read a cycle, one step is executed a cycle (a program
/// without steps takes one), one register is written a cycle. Without bank conflicts, groups of i inputs, s
/// steps and o outputs take i + s + o + (groups - 1) * max(i, s, o) cycles.
class KernelPass {
 public:
  /// `image`: see VectorUnit.
  KernelPass(const VectorUnitParams& params, const VectorBuffers& buffers, MemoryImage* image)
      : lanes_(params.lanes), buffers_(buffers) {
    if (image != nullptr) values_.emplace(params.lanes, *image);
  }

  void start(const VectorKernel& kernel);
  /// False when nothing moved in this cycle.
  bool step(Cycle now, VectorStats& stats);
  bool done() const { return groups_written_ == groups_; }
  /// Passes over the next cycles in which nothing but the execution goes on, and says how many.
  Cycle skip_execution();

 private:
  /// A side's place in the item space, and which register of which lane of the group is next to be moved.
  struct Side {
    LanePlaces places;
    uint32_t tap = 0, lane = 0;
    VectorPort port;

    void begin(const VectorKernel& kernel, const LaneView& view, uint32_t lanes);
    void next_group() {
      places.next();
      tap = 0;
    }
  };

  bool read(Cycle now);
  void hand_over();
  bool execute(VectorStats& stats);
  bool write(Cycle now);

  uint32_t lanes_;
  VectorBuffers buffers_;
  std::optional<KernelValues> values_;
  VectorKernel kernel_;
  LaneCounts counts_;
  uint64_t groups_ = 0, groups_read_ = 0, groups_executed_ = 0, groups_written_ = 0;
  Side source_, target_;
  bool staged_ = false;  ///< a whole group has been read and waits for execution
  bool executing_ = false, executed_ = false, writing_ = false;
  uint64_t steps_left_ = 0;
};

}  // namespace systole
