#pragma once
#include <tlm_utils/multi_passthrough_target_socket.h>

#include <systemc>
#include <tlm>
#include <vector>

#include "models/memory/dram/engine.h"

namespace systole {

/// The DRAM: its engine, the bytes behind it, and a TLM-2.0 target socket for whoever is not stepped with it:
/// the four-phase non-blocking base protocol (back-pressure is a late END_REQ; only TLM_ACCEPTED is
/// returned), blocking and debug transport. An initiator needs a memory manager. Timing annotations are
/// honoured: a call counts from the first clock edge strictly after it.
class Dram : public sc_core::sc_module, private DramClient {
 public:
  using Params = DramParams;
  using Stats = DramStats;

  /// `bytes`: what it stores, owned and laid out by whoever made it.
  Dram(sc_core::sc_module_name name, const Params& params, ClockDomain& clock, std::vector<uint8_t>& bytes);

  tlm_utils::multi_passthrough_target_socket<Dram, 32, tlm::tlm_base_protocol_types, 0,
                                             sc_core::SC_ZERO_OR_MORE_BOUND>
      socket;
  DramEngine engine;

  /// Empties every queue; requests may ask for the first `size` bytes, which must be there for the socket.
  void reset(uint64_t size);
  uint8_t* bytes() { return bytes_.data(); }
  /// Femtoseconds since reset at which the last data have left the bus, posted writes included.
  uint64_t drained_fs() const { return clock_.edge_fs(engine.drained()); }
  /// Counters of the time up to `end_fs` since reset.
  const Stats& finish(uint64_t end_fs) { return engine.finish(clock_.first_cycle_from(end_fs)); }
  bool idle() const { return engine.idle(); }
  Cycle step(Cycle now) { return engine.step(now); }

 private:
  /// An initiator's request whose last phase has not ended; the slot of its id.
  struct Request {
    int initiator = 0;
    tlm::tlm_generic_payload* payload = nullptr;
  };

  tlm::tlm_sync_enum nb_transport_fw(int initiator, tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  void b_transport(int initiator, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(int initiator, tlm::tlm_generic_payload& payload);
  bool access(tlm::tlm_generic_payload& payload);
  void request_taken(uint32_t id, Cycle at) override;
  void answered(uint32_t id, Cycle at) override;
  void call_back(const Request& request, tlm::tlm_phase phase, Cycle at);

  Params params_;
  ClockDomain& clock_;
  std::vector<uint8_t>& bytes_;
  std::vector<uint32_t> ports_;  ///< of the engine, by initiator
  std::vector<Request> requests_;
  std::vector<uint32_t> free_ids_;
};

}  // namespace systole
