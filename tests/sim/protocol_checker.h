#pragma once
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <map>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

namespace systole::test {

/// Stands between an initiator and a target, passes everything on and notes what breaks the TLM-2.0 base
/// protocol as the memory's contract narrows it: four phases, one request and one response open, TLM_ACCEPTED
/// only, a memory manager, a payload left alone, a response status that is set.
class ProtocolChecker : public sc_core::sc_module {
 public:
  explicit ProtocolChecker(sc_core::sc_module_name name)
      : sc_module(name), target("target"), initiator("initiator") {
    target.register_nb_transport_fw(this, &ProtocolChecker::forward);
    target.register_b_transport(this, &ProtocolChecker::blocking);
    target.register_transport_dbg(this, &ProtocolChecker::debug);
    initiator.register_nb_transport_bw(this, &ProtocolChecker::backward);
  }

  tlm_utils::simple_target_socket<ProtocolChecker> target;
  tlm_utils::simple_initiator_socket<ProtocolChecker> initiator;

  const std::vector<std::string>& violations() const { return violations_; }
  uint64_t finished() const { return finished_; }
  bool drained() const { return open_.empty(); }

 private:
  using Payload = tlm::tlm_generic_payload;
  struct Transaction {
    int phase;  ///< the last one seen, 1 to 4
    uint64_t address;
    uint32_t length;
    tlm::tlm_command command;
  };

  void demand(bool holds, const char* rule) {
    if (!holds && violations_.size() < 10) violations_.emplace_back(rule);
  }
  /// The phase follows the payload's last one, and what it asks for has not changed.
  void advance(Payload& payload, int phase) {
    const auto at = open_.find(&payload);
    demand(at != open_.end(), "a phase of a transaction that is not open");
    if (at == open_.end()) return;
    Transaction& t = at->second;
    demand(t.phase + 1 == phase, "phases out of order");
    demand(t.address == payload.get_address() && t.length == payload.get_data_length() &&
               t.command == payload.get_command(),
           "the payload was changed");
    t.phase = phase;
  }

  tlm::tlm_sync_enum forward(Payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay) {
    const tlm::tlm_phase before = phase;
    if (phase == tlm::BEGIN_REQ) {
      demand(!request_open_, "BEGIN_REQ before the END_REQ of the one before");
      demand(payload.has_mm() && payload.get_ref_count() > 0, "no memory manager");
      demand(open_.count(&payload) == 0, "a payload begun twice");
      demand(payload.get_streaming_width() >= payload.get_data_length() && payload.get_data_length() > 0,
             "lengths");
      request_open_ = true;
      open_[&payload] = {1, payload.get_address(), payload.get_data_length(), payload.get_command()};
    } else {
      demand(phase == tlm::END_RESP, "a phase that is not of the forward path");
      advance(payload, 4);
      response_open_ = false;
      open_.erase(&payload);
      ++finished_;
    }
    const tlm::tlm_sync_enum status = initiator->nb_transport_fw(payload, phase, delay);
    demand(status == tlm::TLM_ACCEPTED && phase == before, "the target did not just accept");
    return status;
  }

  tlm::tlm_sync_enum backward(Payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay) {
    if (phase == tlm::END_REQ) {
      advance(payload, 2);
      request_open_ = false;
    } else {
      demand(phase == tlm::BEGIN_RESP, "a phase that is not of the backward path");
      demand(!response_open_, "BEGIN_RESP before the END_RESP of the one before");
      demand(payload.get_response_status() != tlm::TLM_INCOMPLETE_RESPONSE, "a response without a status");
      advance(payload, 3);
      response_open_ = true;
    }
    return target->nb_transport_bw(payload, phase, delay);
  }

  void blocking(Payload& payload, sc_core::sc_time& delay) { initiator->b_transport(payload, delay); }
  unsigned debug(Payload& payload) { return initiator->transport_dbg(payload); }

  std::map<Payload*, Transaction> open_;
  bool request_open_ = false, response_open_ = false;
  uint64_t finished_ = 0;
  std::vector<std::string> violations_;
};

}  // namespace systole::test
