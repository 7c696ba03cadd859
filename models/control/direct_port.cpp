#include "models/control/direct_port.h"

#include <fmt/format.h>

#include <stdexcept>

namespace systole {

DirectPort::DirectPort(const DmaParams& params, ClockDomain& clock, Dram& memory)
    : DramPort(params, clock), memory_(memory), port_(memory.attach(*this)) {}

void DirectPort::begin_request(Burst& burst, bool write) {
  if (burst.address > memory_.size() || burst.length > memory_.size() - burst.address)
    throw std::logic_error(fmt::format("a request reaches beyond the DRAM at address {}", burst.address));
  memory_.request({port_, burst.id, write, burst.address, burst.length, burst.useful_bytes}, memory_cycle());
}

void DirectPort::end_response(Burst&) { memory_.end_response(port_, memory_cycle()); }

void DirectPort::request_taken(uint32_t, Cycle at) { request_ended(core_cycle_after(at)); }

void DirectPort::answered(uint32_t id, Cycle at) { response_begun(burst(id), core_cycle_after(at)); }

}  // namespace systole
