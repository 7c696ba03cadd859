#pragma once
#include "models/control/dma_engine.h"

namespace systole {

/// Buffers to DRAM. One burst is filled from the buffer while the one before waits for the request channel.
class StoreEngine : public DmaEngine {
 public:
  using DmaEngine::DmaEngine;
  void reset();
  Cycle step(Cycle now);

 private:
  bool fill(Cycle now);
  bool send(Cycle now);
  bool goes_on(Cycle now) const;

  Burst *filling_ = nullptr, *ready_ = nullptr;
  uint64_t read_latch_ = kNoWord;
  bool blocked_ = false;
};

}  // namespace systole
