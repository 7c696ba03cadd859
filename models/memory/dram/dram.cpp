#include "models/memory/dram/dram.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "models/clones.h"
#include "models/memory/dram/time_only.h"

namespace systole {
namespace {

std::unique_ptr<DramTiming> make_timing(const DramParams& params) {
  switch (params.kind) {
    case DramKind::fixed:
      return make_fixed_timing(params);
    case DramKind::ideal:
      return make_ideal_timing(params);
    case DramKind::banked:
      break;
  }
  return make_banked_timing(params);
}

/// Calls `visit(first, end)` for each run of bytes of the payload that its byte enables let through.
template <class Visit>
void each_run(tlm::tlm_generic_payload& payload, const Visit& visit) {
  const uint64_t length = payload.get_data_length();
  const uint8_t* enables = payload.get_byte_enable_ptr();
  if (enables == nullptr) return visit(uint64_t{0}, length);
  const uint64_t period = payload.get_byte_enable_length();
  for (uint64_t from = 0; from < length; from += period) {
    const uint64_t bytes = std::min(period, length - from);
    const auto next = [&](uint64_t at, int value) -> uint64_t {
      const void* found = std::memchr(enables + at, value, bytes - at);
      return found == nullptr ? bytes : static_cast<uint64_t>(static_cast<const uint8_t*>(found) - enables);
    };
    for (uint64_t at = next(0, TLM_BYTE_ENABLED); at < bytes;) {
      const uint64_t end = next(at, TLM_BYTE_DISABLED);
      visit(from + at, from + end);
      at = next(end, TLM_BYTE_ENABLED);
    }
  }
}

}  // namespace

Dram::Dram(sc_core::sc_module_name name, const Params& params, ClockDomain& clock,
           std::vector<uint8_t>& bytes)
    : sc_module(name),
      socket("socket"),
      params_(params),
      clock_(clock),
      period_(params.clock_khz),
      self_(clock.add(*this, 0)),
      timing_(make_timing(params)),
      bytes_(bytes),
      most_in_flight_(params.kind == DramKind::banked ? ~uint32_t{0} : params.max_outstanding) {
  socket.register_nb_transport_fw(this, &Dram::nb_transport_fw);
  socket.register_b_transport(this, &Dram::b_transport);
  socket.register_transport_dbg(this, &Dram::transport_dbg);
}

void Dram::reset(uint64_t size) {
  reading_ = nullptr;
  size_ = size;
  waiting_.clear();
  freed_.clear();
  ports_.assign(socket.size(), Port{});
  tickets_.clear();
  free_tickets_.clear();
  in_flight_ = 0;
  begun_ = 0;
  stats_ = {};
  timing_->reset();
}

bool Dram::idle() const { return waiting_.empty() && in_flight_ == 0 && timing_->idle(); }

SYSTOLE_FLATTEN tlm::tlm_sync_enum Dram::nb_transport_fw(int port, tlm::tlm_generic_payload& payload,
                                                         tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  const Cycle from = clock_.first_cycle_after(delay);
  if (phase == tlm::BEGIN_REQ) {
    payload.acquire();
    waiting_.push_back({port, &payload, from});
    if (!clock_.calls_in_order()) {
      self_.wake_at(from);
      return tlm::TLM_ACCEPTED;
    }
    hand_over_due(from);
    settle(from - 1);
  } else if (phase == tlm::END_RESP) {
    Port& side = ports_[port];
    side.response_open = false;
    side.response_from = from;
    payload.release();
    if (clock_.calls_in_order()) {
      --in_flight_;
      hand_over_due(from);
      settle(from - 1);
    } else {
      freed_.push_back(from);
      self_.wake_at(from);
    }
  } else {
    SC_REPORT_ERROR("/systole/dram", "a phase that is not of the base protocol's forward path");
  }
  self_.wake_at(respond(0, from));
  return tlm::TLM_ACCEPTED;
}

bool Dram::access(tlm::tlm_generic_payload& payload) {
  const uint64_t address = payload.get_address(), length = payload.get_data_length();
  if (address > size_ || length > size_ - address) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return false;
  }
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  if (payload.get_extension<TimeOnly>() != nullptr) return true;
  if (bytes_.size() < size_) throw std::logic_error("a request for bytes where there are none");
  uint8_t* memory = bytes_.data() + address;
  uint8_t* data = payload.get_data_ptr();
  const uint8_t* from = payload.is_read() ? memory : data;
  uint8_t* to = payload.is_read() ? data : memory;
  each_run(payload,
           [=](uint64_t first, uint64_t end) { std::memcpy(to + first, from + first, end - first); });
  return true;
}

void Dram::begin_access(tlm::tlm_generic_payload& payload) {
  constexpr uint64_t kLine = 64;
  finish_read();
  const uint64_t address = payload.get_address(), length = payload.get_data_length();
  if (!payload.is_read() || payload.get_extension<TimeOnly>() != nullptr || address > size_ ||
      length > size_ - address) {
    access(payload);
    return;
  }
  reading_ = &payload;
  for (uint64_t at = address; at < address + length; at += kLine) __builtin_prefetch(bytes_.data() + at);
}

void Dram::b_transport(int, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  finish_read();
  access(payload);
  delay += sc_core::sc_time(params_.kind == DramKind::ideal ? 0 : params_.latency_ns, sc_core::SC_NS);
}

unsigned Dram::transport_dbg(int, tlm::tlm_generic_payload& payload) {
  finish_read();
  return access(payload) ? payload.get_data_length() : 0;
}

void Dram::call_back(int port, tlm::tlm_generic_payload& payload, tlm::tlm_phase phase, Cycle at) {
  sc_core::sc_time delay = clock_.delay_to(at);
  socket[port]->nb_transport_bw(payload, phase, delay);
  clock_.progress();
  clock_.outside_called();
}

void Dram::hand_over(const Waiting& request, Cycle now) {
  const tlm::tlm_generic_payload& payload = *request.payload;
  const uint64_t burst = params_.burst_bytes, address = payload.get_address();
  const uint64_t first = address & ~(burst - 1);
  const uint64_t end = (address + payload.get_data_length() + burst - 1) & ~(burst - 1);
  if (free_tickets_.empty()) {
    free_tickets_.push_back(static_cast<uint32_t>(tickets_.size()));
    tickets_.push_back({});
  }
  const uint32_t ticket = free_tickets_.back();
  free_tickets_.pop_back();
  tickets_[ticket] = {request.port, begun_++, request.payload};
  ports_[request.port].reads += payload.is_read();
  stats_.bus_bytes += end - first;
  ++in_flight_;
  timing_->hand_over({ticket, first, end - first, payload.is_write()}, now);
}

void Dram::hand_over_due(Cycle now) {
  for (std::size_t i = 0; i < waiting_.size() && in_flight_ < most_in_flight_;) {
    if (waiting_[i].from > now) {
      ++i;
      continue;
    }
    hand_over(waiting_[i], now);
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void Dram::end_request(const InFlight& request, Cycle at) {
  tlm::tlm_generic_payload& payload = *request.payload;
  begin_access(payload);
  uint64_t& bytes = payload.is_read() ? stats_.read_bytes : stats_.write_bytes;
  each_run(payload, [&](uint64_t first, uint64_t end) { bytes += end - first; });
  call_back(request.port, payload, tlm::END_REQ, at);
}

void Dram::settle(Cycle earliest) {
  for (const DramTaken& taken : timing_->taken()) {
    if (taken.cycle < earliest) throw std::logic_error("a request was taken in while the memory slept");
    end_request(tickets_[taken.ticket], taken.cycle);
  }
  timing_->taken().clear();
  for (const DramCompletion& completion : timing_->completions()) {
    const InFlight& request = tickets_[completion.id];
    ports_[request.port].responses.push({completion.done, completion.order, request.number, request.payload});
    free_tickets_.push_back(completion.id);
  }
  timing_->completions().clear();
}

void Dram::open_response(int port, Cycle at) {
  Port& side = ports_[port];
  tlm::tlm_generic_payload& payload = *side.responses.front().payload;
  if (&payload == reading_) finish_read();
  side.responses.pop();
  side.response_open = true;
  side.reads -= payload.is_read();
  call_back(port, payload, tlm::BEGIN_RESP, at);
}

/// A port's next response is certain when no other can come before it. Writes are answered in the order in
/// which they are taken; what is yet to be taken is answered in the cycle after that at the earliest.
Cycle Dram::respond(Cycle now, Cycle from) {
  for (const Waiting& request : waiting_) from = std::min(from, request.from);
  Cycle next = timing_->next();
  for (int port = 0; port < static_cast<int>(ports_.size()); ++port) {
    const Port& side = ports_[port];
    const Cycle at = side.next_response();
    if (at == kNever) continue;
    const bool first = timing_->in_order() || side.reads == 0 || (at <= from + 1 && at < timing_->next());
    if (at <= now || (clock_.calls_in_order() && first)) {
      open_response(port, std::max(at, now));
      from = std::min(from, std::max(at, now) + 1);
    } else {
      next = std::min(next, at);
    }
  }
  return next;
}

Cycle Dram::quiet_until(Cycle now) const {
  if (!clock_.calls_in_order() || timing_->in_order()) return now;
  Cycle until = clock_.quiet_until();
  for (const Port& side : ports_) until = std::min(until, side.next_response());
  return std::max(until, now);
}

void Dram::free_places(Cycle now) {
  const auto kept = std::remove_if(freed_.begin(), freed_.end(), [=](Cycle from) { return from <= now; });
  in_flight_ -= static_cast<uint32_t>(freed_.end() - kept);
  freed_.erase(kept, freed_.end());
}

SYSTOLE_FLATTEN Cycle Dram::step(Cycle now) {
  free_places(now);
  hand_over_due(now);
  if (timing_->next() <= now) timing_->advance(now, quiet_until(now));
  settle(now);
  Cycle next = respond(now, quiet_until(now) + 1);
  for (const Waiting& request : waiting_) {
    if (request.from > now) next = std::min(next, request.from);
  }
  for (const Cycle from : freed_) next = std::min(next, from);
  return next;
}

const Dram::Stats& Dram::finish(uint64_t end_fs) {
  timing_->finish(end_fs == 0 ? 0 : period_.first_edge_after_fs(end_fs - 1), stats_);
  return stats_;
}

}  // namespace systole
