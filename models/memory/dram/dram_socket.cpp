#include "models/memory/dram/dram_socket.h"

#include <stdexcept>

#include "models/memory/dram/storage.h"

namespace systole {

DramSocket::DramSocket(sc_core::sc_module_name name, Dram& memory, std::vector<uint8_t>& bytes)
    : sc_module(name), socket("socket"), memory_(memory), bytes_(bytes) {
  memory_.expect_any_order();
  socket.register_nb_transport_fw(this, &DramSocket::nb_transport_fw);
  socket.register_b_transport(this, &DramSocket::b_transport);
  socket.register_transport_dbg(this, &DramSocket::transport_dbg);
}

void DramSocket::end_of_elaboration() {
  for (unsigned i = 0; i < socket.size(); ++i) ports_.push_back(memory_.attach(*this));
}

uint32_t DramSocket::new_id(int initiator, tlm::tlm_generic_payload& payload) {
  if (free_ids_.empty()) {
    free_ids_.push_back(static_cast<uint32_t>(requests_.size()));
    requests_.emplace_back();
  }
  const uint32_t id = free_ids_.back();
  free_ids_.pop_back();
  requests_[id] = {initiator, &payload};
  return id;
}

tlm::tlm_sync_enum DramSocket::nb_transport_fw(int initiator, tlm::tlm_generic_payload& payload,
                                               tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  const Cycle from = memory_.clock().first_cycle_after(delay);
  const uint32_t port = ports_[static_cast<std::size_t>(initiator)];
  if (phase == tlm::BEGIN_REQ) {
    payload.acquire();
    const DramCall request{new_id(initiator, payload), payload.is_write(), payload.get_address(),
                           payload.get_data_length(), enabled_bytes(payload)};
    memory_.call({port, false, true, false, request}, from);
  } else if (phase == tlm::END_RESP) {
    payload.release();
    memory_.call({port, true, false, false, {}}, from);
  } else {
    SC_REPORT_ERROR("/systole/dram", "a phase that is not of the base protocol's forward path");
  }
  return tlm::TLM_ACCEPTED;
}

bool DramSocket::access(tlm::tlm_generic_payload& payload) {
  if (bytes_.size() < memory_.size()) throw std::logic_error("a request for bytes where there are none");
  return access_storage(payload, bytes_.data(), memory_.size());
}

void DramSocket::b_transport(int, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  access(payload);
  delay += sc_core::sc_time(memory_.latency_ns(), sc_core::SC_NS);
}

unsigned DramSocket::transport_dbg(int, tlm::tlm_generic_payload& payload) {
  return access(payload) ? payload.get_data_length() : 0;
}

void DramSocket::request_taken(uint32_t id, Cycle at) {
  access(*requests_[id].payload);
  call_back(requests_[id], tlm::END_REQ, at);
}

void DramSocket::answered(uint32_t id, Cycle at) {
  const Request request = requests_[id];
  free_ids_.push_back(id);
  call_back(request, tlm::BEGIN_RESP, at);
}

void DramSocket::call_back(const Request& request, tlm::tlm_phase phase, Cycle at) {
  sc_core::sc_time delay = memory_.clock().delay_to(at);
  socket[request.initiator]->nb_transport_bw(*request.payload, phase, delay);
  memory_.clock().outside_called();
}

}  // namespace systole
