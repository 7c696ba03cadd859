#include "models/memory/dram/dram.h"

#include <stdexcept>

#include "models/memory/dram/storage.h"

namespace systole {

Dram::Dram(sc_core::sc_module_name name, const Params& params, ClockDomain& clock,
           std::vector<uint8_t>& bytes)
    : sc_module(name),
      socket("socket"),
      engine(params, clock, clock.add(*this, 0)),
      params_(params),
      clock_(clock),
      bytes_(bytes) {
  socket.register_nb_transport_fw(this, &Dram::nb_transport_fw);
  socket.register_b_transport(this, &Dram::b_transport);
  socket.register_transport_dbg(this, &Dram::transport_dbg);
}

void Dram::reset(uint64_t size) {
  while (ports_.size() < socket.size()) {
    ports_.push_back(engine.attach(*this));
    engine.expect_any_order();
  }
  requests_.clear();
  free_ids_.clear();
  engine.reset(size);
}

tlm::tlm_sync_enum Dram::nb_transport_fw(int initiator, tlm::tlm_generic_payload& payload,
                                         tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  const Cycle from = clock_.first_cycle_after(delay);
  if (phase == tlm::BEGIN_REQ) {
    payload.acquire();
    if (free_ids_.empty()) {
      free_ids_.push_back(static_cast<uint32_t>(requests_.size()));
      requests_.emplace_back();
    }
    const uint32_t id = free_ids_.back();
    free_ids_.pop_back();
    requests_[id] = {initiator, &payload};
    engine.request({ports_[static_cast<std::size_t>(initiator)], id, payload.is_write(),
                    payload.get_address(), payload.get_data_length(), enabled_bytes(payload)},
                   from);
  } else if (phase == tlm::END_RESP) {
    payload.release();
    engine.end_response(ports_[static_cast<std::size_t>(initiator)], from);
  } else {
    SC_REPORT_ERROR("/systole/dram", "a phase that is not of the base protocol's forward path");
  }
  return tlm::TLM_ACCEPTED;
}

bool Dram::access(tlm::tlm_generic_payload& payload) {
  if (bytes_.size() < engine.size()) throw std::logic_error("a request for bytes where there are none");
  return access_storage(payload, bytes_.data(), engine.size());
}

void Dram::b_transport(int, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  access(payload);
  delay += sc_core::sc_time(params_.kind == DramKind::ideal ? 0 : params_.latency_ns, sc_core::SC_NS);
}

unsigned Dram::transport_dbg(int, tlm::tlm_generic_payload& payload) {
  return access(payload) ? payload.get_data_length() : 0;
}

void Dram::request_taken(uint32_t id, Cycle at) {
  access(*requests_[id].payload);
  call_back(requests_[id], tlm::END_REQ, at);
}

void Dram::answered(uint32_t id, Cycle at) {
  const Request request = requests_[id];
  free_ids_.push_back(id);
  call_back(request, tlm::BEGIN_RESP, at);
}

void Dram::call_back(const Request& request, tlm::tlm_phase phase, Cycle at) {
  sc_core::sc_time delay = clock_.delay_to(at);
  socket[request.initiator]->nb_transport_bw(*request.payload, phase, delay);
  clock_.outside_called();
}

}  // namespace systole
