#include "models/memory/dram/dram.h"

#include <algorithm>
#include <cstring>

namespace systole {
namespace {

std::unique_ptr<DramTiming> make_timing(const DramParams& params) {
  return params.kind == DramKind::ideal ? make_ideal_timing() : make_fixed_timing(params);
}

}  // namespace

Dram::Dram(sc_core::sc_module_name name, const Params& params, ClockDomain& clock)
    : sc_module(name),
      socket("socket"),
      params_(params),
      clock_(clock),
      period_(params.clock_khz),
      self_(clock.add(*this, 0)),
      timing_(make_timing(params)) {
  socket.register_nb_transport_fw(this, &Dram::nb_transport_fw);
  socket.register_b_transport(this, &Dram::b_transport);
  socket.register_transport_dbg(this, &Dram::transport_dbg);
}

void Dram::reset(uint64_t bytes) {
  bytes_.assign(bytes, 0);
  waiting_.clear();
  ports_.assign(socket.size(), Port{});
  in_flight_ = 0;
  stats_ = {};
  timing_->reset();
}

bool Dram::idle() const { return waiting_.empty() && in_flight_ == 0; }

tlm::tlm_sync_enum Dram::nb_transport_fw(int port, tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                         sc_core::sc_time& delay) {
  const Cycle from = clock_.first_cycle_after(delay);
  if (phase == tlm::BEGIN_REQ) {
    payload.acquire();
    waiting_.push_back({port, &payload, from});
  } else if (phase == tlm::END_RESP) {
    Port& side = ports_[port];
    side.response_open = false;
    side.response_from = from;
    payload.release();
    --in_flight_;
  } else {
    SC_REPORT_ERROR("/systole/dram", "a phase that is not of the base protocol's forward path");
  }
  self_.wake_at(from);
  return tlm::TLM_ACCEPTED;
}

bool Dram::access(tlm::tlm_generic_payload& payload) {
  const uint64_t address = payload.get_address(), length = payload.get_data_length();
  if (address > bytes_.size() || length > bytes_.size() - address) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return false;
  }
  uint8_t* memory = bytes_.data() + address;
  uint8_t* data = payload.get_data_ptr();
  const uint8_t* enables = payload.get_byte_enable_ptr();
  const uint8_t* from = payload.is_read() ? memory : data;
  uint8_t* to = payload.is_read() ? data : memory;
  if (enables == nullptr) {
    std::memcpy(to, from, length);
  } else {
    const uint64_t period = payload.get_byte_enable_length();
    for (uint64_t i = 0; i < length; ++i) {
      if (enables[i % period] == TLM_BYTE_ENABLED) to[i] = from[i];
    }
  }
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  return true;
}

void Dram::b_transport(int, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  access(payload);
  delay += sc_core::sc_time(params_.kind == DramKind::ideal ? 0 : params_.latency_ns, sc_core::SC_NS);
}

unsigned Dram::transport_dbg(int, tlm::tlm_generic_payload& payload) {
  return access(payload) ? payload.get_data_length() : 0;
}

void Dram::call_back(int port, tlm::tlm_generic_payload& payload, tlm::tlm_phase phase) {
  sc_core::sc_time delay = clock_.local_delay();
  socket[port]->nb_transport_bw(payload, phase, delay);
  clock_.outside_called();
}

void Dram::accept(const Request& request, Cycle now) {
  tlm::tlm_generic_payload& payload = *request.payload;
  access(payload);
  const uint64_t burst = params_.burst_bytes, address = payload.get_address();
  const uint64_t length = payload.get_data_length();
  const uint64_t bus_bytes = (address + length + burst - 1) / burst * burst - address / burst * burst;
  stats_.bus_bytes += bus_bytes;
  uint64_t useful = length;
  if (const uint8_t* enables = payload.get_byte_enable_ptr()) {
    useful = static_cast<uint64_t>(std::count(enables, enables + length, uint8_t{TLM_BYTE_ENABLED}));
  }
  (payload.is_read() ? stats_.read_bytes : stats_.write_bytes) += useful;
  const uint64_t finish = timing_->finish_fs(period_.edge_fs(now), bus_bytes);
  Cycle done = now;
  while (period_.edge_fs(done) < finish) {
    done = std::max(done + 1, period_.first_edge_after_fs(finish - 1));
  }
  ports_[request.port].responses.push_back({request.port, &payload, done});
  ++in_flight_;
  call_back(request.port, payload, tlm::END_REQ);
}

void Dram::respond(int port, Cycle now) {
  Port& side = ports_[port];
  if (side.responses.empty() || side.response_open) return;
  if (std::max(side.responses.front().from, side.response_from) > now) return;
  tlm::tlm_generic_payload& payload = *side.responses.front().payload;
  side.responses.pop_front();
  side.response_open = true;
  call_back(port, payload, tlm::BEGIN_RESP);
}

Cycle Dram::step(Cycle now) {
  while (!waiting_.empty() && waiting_.front().from <= now && in_flight_ < params_.max_outstanding) {
    const Request request = waiting_.front();
    waiting_.pop_front();
    accept(request, now);
  }
  Cycle next = kNever;
  if (!waiting_.empty() && in_flight_ < params_.max_outstanding) next = waiting_.front().from;
  for (int port = 0; port < static_cast<int>(ports_.size()); ++port) {
    respond(port, now);
    const Port& side = ports_[port];
    if (side.responses.empty() || side.response_open) continue;
    next = std::min(next, std::max({side.responses.front().from, side.response_from, now + 1}));
  }
  return next;
}

}  // namespace systole
