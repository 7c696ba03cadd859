#pragma once
#include "models/control/dma_engine.h"

namespace systole {

/// DRAM to buffers, and buffer to buffer: two walks side by side, so that a copy that waits for banks does
/// not keep requests from DRAM. They begin and end in the order of the program. A copy moves in cycles in
/// which nothing that has come from DRAM is left to land.
class LoadEngine : public DmaEngine {
 public:
  using DmaEngine::DmaEngine;
  void reset();
  Cycle step(Cycle now);

 private:
  bool landing() const { return landing_ != nullptr; }
  void line_up(Burst& burst);
  /// Lets the bytes of one burst into its buffer.
  bool land_one(Cycle now);
  bool land(Cycle now);
  bool start(Cycle now);
  [[gnu::noinline]] bool copy_on_chip(Cycle now);
  bool request(Cycle now);
  /// There is work that does not wait for DRAM.
  bool goes_on() const;
  const Walk& walk_of(const Move& move) const { return is_copy(move) ? copy_walk_ : dram_walk_; }
  Walk& walk_of(const Move& move) { return is_copy(move) ? copy_walk_ : dram_walk_; }
  static bool is_copy(const Move& move) { return move.from.space != Space::dram; }

  Walk copy_walk_;
  Burst *landing_ = nullptr, *last_landing_ = nullptr;  ///< the first and last of those whose bytes have come
  uint64_t landing_latch_ = kNoWord, read_latch_ = kNoWord, write_latch_ = kNoWord;
  bool blocked_ = false;
};

}  // namespace systole
