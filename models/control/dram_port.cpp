#include "models/control/dram_port.h"

namespace systole {

DramPort::DramPort(const DmaParams& params, ClockDomain& clock)
    : clock_(clock), pool_(params.outstanding), outstanding_(params.outstanding) {
  for (uint32_t id = 0; id < params.outstanding; ++id) pool_[id].id = id;
  DramPort::reset();
}

void DramPort::reset() {
  free_ = nullptr;
  for (auto burst = pool_.rbegin(); burst != pool_.rend(); ++burst) {
    burst->next = free_;
    free_ = &*burst;
  }
  in_use_ = 0;
  step_ = {};
  in_memory_ = 0;
  response_ = nullptr;
  response_from_ = request_free_from_ = 0;
  request_open_ = wants_to_send_ = calling_ = false;
}

}  // namespace systole
