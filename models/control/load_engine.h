#pragma once
#include "models/control/dma_engine.h"

namespace systole {

/// DRAM to buffers, and buffer to buffer.
class LoadEngine : public DmaEngine {
 public:
  using DmaEngine::DmaEngine;
  void reset();
  Cycle step(Cycle now);

 private:
  bool land(Cycle now);
  bool copy_on_chip(Cycle now);
  bool request(Cycle now);
  bool goes_on() const;
  bool on_chip() const { return move_.from.space != Space::dram; }

  std::deque<Burst*> landing_;
  uint64_t read_latch_ = kNoWord, write_latch_ = kNoWord;
  bool blocked_ = false;
  static constexpr uint64_t kNoWord = ~uint64_t{0};
};

}  // namespace systole
