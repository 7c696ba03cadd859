#pragma once
#include <tlm_utils/multi_passthrough_target_socket.h>

#include <systemc>
#include <tlm>
#include <vector>

#include "models/memory/dram/dram.h"

namespace systole {

/// A TLM-2.0 target socket on a memory, and the bytes behind it: the four-phase non-blocking base protocol
/// (back-pressure is a late END_REQ; only TLM_ACCEPTED is returned), blocking and debug transport. An
/// initiator needs a memory manager. Timing annotations are honoured: a call counts from the first clock edge
/// strictly after it.
class DramSocket : public sc_core::sc_module, private DramClient {
 public:
  /// `bytes`: what the memory stores, owned and laid out by whoever made it.
  DramSocket(sc_core::sc_module_name name, Dram& memory, std::vector<uint8_t>& bytes);

  tlm_utils::multi_passthrough_target_socket<DramSocket> socket;

 private:
  /// An initiator's request whose last phase has not ended; the slot of its id.
  struct Request {
    int initiator = 0;
    tlm::tlm_generic_payload* payload = nullptr;
  };

  void end_of_elaboration() override;
  tlm::tlm_sync_enum nb_transport_fw(int initiator, tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  void b_transport(int initiator, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(int initiator, tlm::tlm_generic_payload& payload);
  bool access(tlm::tlm_generic_payload& payload);
  uint32_t new_id(int initiator, tlm::tlm_generic_payload& payload);
  void request_taken(uint32_t id, Cycle at) override;
  void answered(uint32_t id, Cycle at) override;
  void call_back(const Request& request, tlm::tlm_phase phase, Cycle at);

  Dram& memory_;
  std::vector<uint8_t>& bytes_;
  std::vector<uint32_t> ports_;  ///< of the memory, by initiator
  std::vector<Request> requests_;
  std::vector<uint32_t> free_ids_;
};

}  // namespace systole
