#include "models/control/tlm_port.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

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

TlmPort::TlmPort(sc_core::sc_module_name name, const DmaParams& params, ClockDomain& clock)
    : sc_module(name), DramPort(params, clock), socket("socket"), requests_(params.outstanding) {
  socket.register_nb_transport_bw(this, &TlmPort::nb_transport_bw);
  for (uint32_t id = 0; id < params.outstanding; ++id) {
    burst(id).data.resize(params.burst_bytes);
    requests_[id].payload.set_mm(this);
    requests_[id].payload.set_extension(new BurstLink(burst(id)));  // owned, and deleted, by the payload
  }
}

void TlmPort::enable_useful_bytes(const Burst& burst, Request& request) const {
  if (burst.useful_bytes == burst.length) {
    request.payload.set_byte_enable_ptr(nullptr);
    request.payload.set_byte_enable_length(0);
    return;
  }
  request.enables.assign(burst.length, TLM_BYTE_DISABLED);
  for (const Segment& segment : burst.segments) {
    std::fill_n(request.enables.begin() + segment.burst_offset, segment.bytes, uint8_t{TLM_BYTE_ENABLED});
  }
  request.payload.set_byte_enable_ptr(request.enables.data());
  request.payload.set_byte_enable_length(burst.length);
}

void TlmPort::call(const Step& step) {
  if (step.ended != nullptr) end_response(*step.ended);
  if (step.begun != nullptr) begin_request(*step.begun, step.write);
}

void TlmPort::begin_request(Burst& burst, bool write) {
  Request& request = requests_[burst.id];
  tlm::tlm_generic_payload& payload = request.payload;
  payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload.set_address(burst.address);
  payload.set_data_ptr(burst.data.data());
  payload.set_data_length(burst.length);
  payload.set_streaming_width(burst.length);
  payload.set_dmi_allowed(false);
  payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  enable_useful_bytes(burst, request);
  payload.acquire();
  open_request_ = &payload;
  call_forward(payload, tlm::BEGIN_REQ);
}

void TlmPort::end_response(const Burst& burst) {
  tlm::tlm_generic_payload& payload = requests_[burst.id].payload;
  if (payload.get_response_status() != tlm::TLM_OK_RESPONSE) {
    throw std::logic_error(fmt::format("DRAM refused a request: {} at address {}",
                                       payload.get_response_string(), payload.get_address()));
  }
  call_forward(payload, tlm::END_RESP);
  payload.release();
}

void TlmPort::call_forward(tlm::tlm_generic_payload& payload, tlm::tlm_phase phase) {
  sc_core::sc_time delay = clock_.local_delay();
  socket->nb_transport_fw(payload, phase, delay);
  clock_.outside_called();
}

tlm::tlm_sync_enum TlmPort::nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                            sc_core::sc_time& delay) {
  const Cycle from = clock_.first_cycle_after(delay);
  if (open_request_ == &payload) {  // END_REQ, or a BEGIN_RESP that implies it
    open_request_ = nullptr;
    request_ended(from);
  }
  if (phase == tlm::BEGIN_RESP) response_begun(payload.get_extension<BurstLink>()->burst, from);
  return tlm::TLM_ACCEPTED;
}

}  // namespace systole
