#include "models/control/direct_port.h"

#include <fmt/format.h>

#include <stdexcept>

namespace systole {

DirectPort::DirectPort(const DmaParams& params, ClockDomain& clock, Dram& memory)
    : DramPort(params, clock), memory_(memory), port_(memory.attach(*this)) {}

void DirectPort::refuse(const Burst& burst) const {
  throw std::logic_error(fmt::format("a request reaches beyond the DRAM at address {}", burst.address));
}

void DirectPort::call(const Step& step) {
  // Acted on at the memory's first edge strictly after the core's present one.
  const Cycle from = memory_.clock().first_cycle_after_fs(clock_.now_fs());
  DramCalls calls{port_, step.ended != nullptr, step.begun != nullptr, all_in_memory(), {}};
  if (step.begun != nullptr) {
    const Burst& burst = *step.begun;
    if (burst.address > memory_.size() || burst.length > memory_.size() - burst.address) refuse(burst);
    calls.request = {burst.id, step.write, burst.address, burst.length, burst.useful_bytes};
  }
  const DramNews news = memory_.call(calls, from);
  if (news.taken != kNever) request_ended(core_cycle_after(news.taken));
  if (news.answered != kNever) response_begun(burst(news.answered_id), core_cycle_after(news.answered));
}

void DirectPort::request_taken(uint32_t, Cycle at) { request_ended(core_cycle_after(at)); }

void DirectPort::answered(uint32_t id, Cycle at) { response_begun(burst(id), core_cycle_after(at)); }

}  // namespace systole
