#include "models/control/dram_port.h"

#include <algorithm>
#include <stdexcept>

#include "models/memory/dram/time_only.h"

namespace systole {
namespace {

/// Ties a payload to its burst; TLM hands only the payload back.
struct BurstLink : tlm::tlm_extension<BurstLink> {
  explicit BurstLink(Burst& b) : burst(b) {}
  tlm::tlm_extension_base* clone() const override { return new BurstLink(burst); }
  void copy_from(const tlm::tlm_extension_base&) override {}
  Burst& burst;
};

}  // namespace

DramPort::DramPort(sc_core::sc_module_name name, const DmaParams& params, ClockDomain& clock, bool carries)
    : sc_module(name), socket("socket"), clock_(clock) {
  socket.register_nb_transport_bw(this, &DramPort::nb_transport_bw);
  for (uint32_t i = 0; i < params.outstanding; ++i) {
    Burst& burst = *pool_.emplace_back(std::make_unique<Burst>());
    burst.data.resize(params.burst_bytes);
    if (!carries) burst.payload.set_extension(new TimeOnly);  // owned by the payload
    burst.payload.set_mm(this);
    burst.payload.set_extension(new BurstLink(burst));  // owned, and deleted, by the payload
  }
  reset();
}

void DramPort::reset() {
  free_.clear();
  for (auto burst = pool_.rbegin(); burst != pool_.rend(); ++burst) free_.push_back(burst->get());
  response_ = nullptr;
  response_from_ = request_free_from_ = 0;
  open_request_ = nullptr;
}

Burst* DramPort::allocate() {
  if (free_.empty()) return nullptr;
  Burst* burst = free_.back();
  free_.pop_back();
  return burst;
}

void DramPort::free(tlm::tlm_generic_payload*) {}  // bursts return to the pool when their bytes have landed

void DramPort::report(const Burst& burst, const tlm::tlm_phase& phase) const {
  const uint32_t bytes = burst.payload.get_data_length();
  if (phase == tlm::BEGIN_REQ) return observer_->requested(unit_, burst.move_number, bytes, clock_.now());
  observer_->answered(unit_, burst.move_number, bytes, clock_.now());
}

inline void DramPort::call_forward(Burst& burst, tlm::tlm_phase phase) {
  if (__builtin_expect(observer_ != nullptr, 0)) report(burst, phase);
  sc_core::sc_time delay = clock_.local_delay();
  socket->nb_transport_fw(burst.payload, phase, delay);
  clock_.outside_called();
}

void DramPort::send(Burst& burst, tlm::tlm_command command) {
  burst.payload.set_command(command);
  burst.payload.acquire();
  open_request_ = &burst.payload;
  call_forward(burst, tlm::BEGIN_REQ);
}

Cycle DramPort::next_event(Cycle now) const {
  Cycle next = kNever;
  if (response_ != nullptr && response_from_ > now) next = response_from_;
  if (open_request_ == nullptr && request_free_from_ > now) next = std::min(next, request_free_from_);
  return next;
}

Burst* DramPort::take_response(Cycle now) {
  if (response_ == nullptr || response_from_ > now) return nullptr;
  Burst* burst = response_;
  response_ = nullptr;
  if (burst->payload.get_response_status() != tlm::TLM_OK_RESPONSE) {
    throw std::logic_error("DRAM refused a request: " + burst->payload.get_response_string() +
                           " at address " + std::to_string(burst->payload.get_address()));
  }
  call_forward(*burst, tlm::END_RESP);
  burst->payload.release();
  return burst;
}

tlm::tlm_sync_enum DramPort::nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                             sc_core::sc_time& delay) {
  const Cycle from = clock_.first_cycle_after(delay);
  if (open_request_ == &payload) {  // END_REQ, or a BEGIN_RESP that implies it
    open_request_ = nullptr;
    request_free_from_ = from;
  }
  if (phase == tlm::BEGIN_RESP) {
    response_ = &payload.get_extension<BurstLink>()->burst;
    response_from_ = from;
  }
  owner_.wake_at(from);
  return tlm::TLM_ACCEPTED;
}

}  // namespace systole
