#pragma once
#include <tlm_utils/multi_passthrough_target_socket.h>

#include <deque>
#include <memory>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/kernel/clock_domain.h"
#include "models/memory/dram/timing.h"
#include "models/stats.h"

namespace systole {

/// DRAM behind a TLM-2.0 target socket: the four-phase non-blocking base protocol (back-pressure is a late
/// END_REQ; only TLM_ACCEPTED is returned), blocking and debug transport, and real bytes behind it.
/// An initiator needs a memory manager. Timing annotations are honoured: a call counts from the first clock
/// edge strictly after it.
class Dram : public sc_core::sc_module {
 public:
  using Params = DramParams;
  using Stats = DramStats;

  Dram(sc_core::sc_module_name name, const Params& params, ClockDomain& clock);

  tlm_utils::multi_passthrough_target_socket<Dram> socket;

  /// Empties every queue and lays out `bytes` zeros.
  void reset(uint64_t bytes);
  uint8_t* bytes() { return bytes_.data(); }
  const Stats& stats() const { return stats_; }
  bool idle() const;
  Cycle step(Cycle now);

 private:
  struct Request {
    int port;
    tlm::tlm_generic_payload* payload;
    Cycle from;  ///< the first cycle in which it may be acted on
  };
  /// One initiator's side of the protocol: at most one request phase and one response phase are open.
  struct Port {
    std::deque<Request> responses;  ///< finished, in order, each from its cycle on
    bool response_open = false;
    Cycle response_from = 0;  ///< the first cycle a new response phase may open in
  };

  tlm::tlm_sync_enum nb_transport_fw(int port, tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  void b_transport(int port, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(int port, tlm::tlm_generic_payload& payload);
  bool access(tlm::tlm_generic_payload& payload);
  void accept(const Request& request, Cycle now);
  void respond(int port, Cycle now);
  void call_back(int port, tlm::tlm_generic_payload& payload, tlm::tlm_phase phase);

  Params params_;
  ClockDomain& clock_;
  Period period_;
  Waker self_;
  std::unique_ptr<DramTiming> timing_;
  std::vector<uint8_t> bytes_;
  std::deque<Request> waiting_;  ///< request phases open, in order of arrival
  std::vector<Port> ports_;
  uint32_t in_flight_ = 0;
  Stats stats_;
};

}  // namespace systole
