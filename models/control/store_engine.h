#pragma once
#include "models/control/dma_engine.h"

namespace systole {

/// Buffers to DRAM. One burst is filled from the buffer while the ones before wait for the request channels.
class StoreEngine : public DmaEngine {
 public:
  using DmaEngine::DmaEngine;
  void reset();
  Cycle step(Cycle now);

 private:
  /// A burst of the port that can hand it on the soonest; nullptr when all are in use.
  Burst* allocate();
  bool fill_one(Cycle now);
  bool fill(Cycle now);
  bool send(Cycle now);
  bool goes_on(Cycle now) const;

  Burst* filling_ = nullptr;
  std::vector<Burst*> ready_;  ///< of each port, the one that waits for its request channel
  uint64_t read_latch_ = kNoWord;
  bool blocked_ = false;
};

}  // namespace systole
