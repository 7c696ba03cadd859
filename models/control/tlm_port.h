#pragma once
#include <tlm_utils/simple_initiator_socket.h>

#include <memory>
#include <systemc>
#include <tlm>

#include "models/control/dram_port.h"

namespace systole {

/// A port on a TLM-2.0 socket: the four phases of the base protocol, payloads with their bytes, and the
/// memory manager.
class TlmPort : public sc_core::sc_module, public DramPort, private tlm::tlm_mm_interface {
 public:
  TlmPort(sc_core::sc_module_name name, const DmaParams& params, ClockDomain& clock);

  tlm_utils::simple_initiator_socket<TlmPort> socket;

 private:
  /// What goes over the socket for the burst of the same id.
  struct Request {
    tlm::tlm_generic_payload payload;
    std::vector<uint8_t> enables;
  };

  void call(const Step& step) override;
  void begin_request(Burst& burst, bool write);
  void end_response(const Burst& burst);
  void enable_useful_bytes(const Burst& burst, Request& request) const;
  void call_forward(tlm::tlm_generic_payload& payload, tlm::tlm_phase phase);
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  void free(tlm::tlm_generic_payload*) override {}  // payloads belong to the bursts' pool

  std::vector<Request> requests_;
  const tlm::tlm_generic_payload* open_request_ = nullptr;
};

}  // namespace systole
