#pragma once
#include "models/memory/sram_buffer.h"
#include "models/vector/lane_places.h"
#include "models/vector/lane_values.h"
#include "models/vector/vector_port.h"

namespace systole {

using VectorBuffers = std::array<SramBuffer*, kBufferCount>;

/// A source or a target of a vector instruction under way, with its port: which tap of which item is next to
/// be moved. Items come in groups of lanes, a group tap after tap.
class VectorSide {
 public:
  /// `vector` and `view` outlive it; `first_register`: of its registers among all sources' or targets'.
  void begin(const Vector& vector, const LaneView& view, const VectorBuffers& buffers,
             uint32_t first_register, uint32_t lanes);
  /// Opens the words of the item at hand, of its tap at hand, and says how many of the group's next items lie
  /// in them as well, itself included; 0: a bank is not free. Not where tap_done().
  uint32_t open_next(bool write, Cycle now);
  /// Reads (writes) so many items, whose words are open. `values`: whose registers are moved as well; nullptr
  /// where none are.
  void take(uint32_t items, bool write, LaneValues* values);
  bool tap_done() const { return run_ == places_.runs().size(); }
  bool group_done() const { return tap_ == taps_; }
  /// Goes on to the first item of the group's next tap.
  void next_tap() {
    ++tap_;
    run_ = in_run_ = 0;
  }
  void next_group();

 private:
  bool open(int64_t address, bool write, Cycle now);
  uint32_t in_word(int64_t address) const;
  void touch(LaneValues& values, uint32_t lane, bool inside, int64_t address, bool write) const;

  const LaneView* view_ = nullptr;
  SramBuffer* buffer_ = nullptr;
  LanePlaces places_;
  uint32_t first_register_ = 0, taps_ = 1;
  uint64_t group_ = 0;
  uint32_t tap_ = 0, run_ = 0, in_run_ = 0;
  VectorPort port_;
};

}  // namespace systole
