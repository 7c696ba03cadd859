#pragma once
#include <optional>
#include <vector>

#include "models/compute/params.h"
#include "models/stats.h"
#include "models/vector/vector_side.h"

namespace systole {

/// A vector instruction under way. In a cycle every source reads one tap of all lanes through a port of its
/// own, the lanes carry out a step and what is chained to it, and every target writes one tap.
///
/// Groups of `lanes` items go through in a pipeline of three stages. Without bank conflicts, groups that are
/// read in i cycles, executed in s and written in o take i + s + o + (groups - 1) * max(i, s, o) cycles.
///
/// Where i, s and o are 1, items stream through the row of units: they are executed as they are read and
/// leave in the next cycle, without waiting for those of their group that a bank conflict holds back. All
/// groups take a cycle each and one more.
class VectorPass {
 public:
  /// `image`: see VectorUnit.
  VectorPass(const VectorUnitParams& params, const VectorBuffers& buffers, MemoryImage* image)
      : params_(params), buffers_(buffers) {
    if (image != nullptr) values_.emplace(params.lanes, *image);
  }

  void start(const Vector& vector);
  /// False when nothing moved in this cycle.
  bool step(Cycle now, VectorStats& stats) {
    return streams_ ? step_stream(now, stats) : step_groups(now, stats);
  }
  bool done() const { return streams_ ? written_ == items_ : groups_written_ == groups_; }
  /// Passes over the next cycles in which nothing but the execution goes on, and says how many.
  Cycle skip_execution();

 private:
  LaneValues* values() { return values_ ? &*values_ : nullptr; }
  void begin(std::vector<VectorSide>& sides, const LaneView* views, uint32_t count);
  void count(uint64_t items, VectorStats& stats) const;
  /// One tap of all lanes of every side. False when nothing moved.
  bool move_tap(std::vector<VectorSide>& sides, bool write, Cycle now);
  bool step_groups(Cycle now, VectorStats& stats);
  bool read(Cycle now);
  void hand_over();
  bool execute(VectorStats& stats);
  bool write(Cycle now);
  /// Items of all sides together, `most` at most, until one finds no bank; says how many.
  uint64_t stream(std::vector<VectorSide>& sides, uint64_t most, bool write, Cycle now);
  bool step_stream(Cycle now, VectorStats& stats);

  VectorUnitParams params_;
  VectorBuffers buffers_;
  std::optional<LaneValues> values_;
  Vector vector_;
  LaneCounts fp32_counts_, int32_counts_;  ///< of an item
  uint64_t items_ = 0;
  uint64_t cycles_ = 1;  ///< that a group is executed in
  std::vector<VectorSide> sources_, targets_;
  bool streams_ = false;
  // Of groups.
  uint64_t groups_ = 0, groups_read_ = 0, groups_executed_ = 0, groups_written_ = 0;
  bool staged_ = false;  ///< a whole group has been read and waits for execution
  bool executing_ = false, executed_ = false, writing_ = false;
  uint64_t cycles_left_ = 0;
  uint64_t read_ = 0, written_ = 0;  ///< items of a stream
};

}  // namespace systole
