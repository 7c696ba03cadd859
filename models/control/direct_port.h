#pragma once
#include "models/control/dram_port.h"
#include "models/memory/dram/dram.h"

namespace systole {

/// A port on a memory whose clock the same process steps: calls are plain function calls in whole cycles, and
/// carry no bytes.
class DirectPort : public DramPort, private DramClient {
 public:
  DirectPort(const DmaParams& params, ClockDomain& clock, Dram& memory);

 private:
  void call(const Step& step) override;
  [[noreturn, gnu::noinline]] void refuse(const Burst& burst) const;
  void request_taken(uint32_t id, Cycle at) override;
  void answered(uint32_t id, Cycle at) override;
  Cycle core_cycle_after(Cycle memory_cycle) const {
    return clock_.first_cycle_after_fs(memory_.clock().edge_fs(memory_cycle));
  }

  Dram& memory_;
  uint32_t port_;
};

}  // namespace systole
