#pragma once
#include <tlm_utils/multi_passthrough_target_socket.h>

#include <algorithm>
#include <memory>
#include <systemc>
#include <tlm>
#include <utility>
#include <vector>

#include "models/kernel/clock_domain.h"
#include "models/memory/dram/response_queue.h"
#include "models/memory/dram/timing.h"
#include "models/stats.h"

namespace systole {

/// DRAM behind a TLM-2.0 target socket: the four-phase non-blocking base protocol (back-pressure is a late
/// END_REQ; only TLM_ACCEPTED is returned), blocking and debug transport, and real bytes behind it, but
/// for payloads that are TimeOnly.
/// An initiator needs a memory manager. Timing annotations are honoured: a call counts from the first clock
/// edge strictly after it.
class Dram : public sc_core::sc_module {
 public:
  using Params = DramParams;
  using Stats = DramStats;

  /// `bytes`: what it stores, owned and laid out by whoever made it.
  Dram(sc_core::sc_module_name name, const Params& params, ClockDomain& clock, std::vector<uint8_t>& bytes);

  tlm_utils::multi_passthrough_target_socket<Dram> socket;

  /// Empties every queue; requests may ask for the first `size` bytes, which must be there unless all
  /// payloads are TimeOnly.
  void reset(uint64_t size);
  uint8_t* bytes() {
    finish_read();
    return bytes_.data();
  }
  /// Femtoseconds since reset at which the last data have left the bus, posted writes included.
  uint64_t drained_fs() const { return period_.edge_fs(timing_->drained()); }
  /// Counters of the time up to `end_fs` since reset.
  const Stats& finish(uint64_t end_fs);
  bool idle() const;
  Cycle step(Cycle now);

 private:
  /// A request phase that is open and that the model does not know of yet.
  struct Waiting {
    int port;
    tlm::tlm_generic_payload* payload;
    Cycle from;  ///< the first cycle in which it may be acted on
  };
  /// What a ticket stands for while a request is in the model.
  struct InFlight {
    int port;
    uint64_t number;
    tlm::tlm_generic_payload* payload;
  };
  /// One initiator's side of the protocol: at most one request phase and one response phase are open.
  struct Port {
    ResponseQueue responses;  ///< finished, or to be
    bool response_open = false;
    uint32_t reads = 0;       ///< in flight
    Cycle response_from = 0;  ///< the first cycle a new response phase may open in
    /// When the next response phase can open; kNever while none is due or one is open.
    Cycle next_response() const {
      return response_open || responses.empty() ? kNever : std::max(responses.front().from, response_from);
    }
  };

  tlm::tlm_sync_enum nb_transport_fw(int port, tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  void b_transport(int port, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(int port, tlm::tlm_generic_payload& payload);
  bool access(tlm::tlm_generic_payload& payload);
  /// Does what access() does, for a plain read later: its bytes are on their way into the host's cache until
  /// the next access, or the response, asks for them.
  void begin_access(tlm::tlm_generic_payload& payload);
  void finish_read() {
    if (reading_ != nullptr) access(*std::exchange(reading_, nullptr));
  }
  /// No call counts before the cycle after this one: neither is the other side awake, nor is it answered.
  Cycle quiet_until(Cycle now) const;
  void free_places(Cycle now);
  void hand_over(const Waiting& request, Cycle now);
  /// Hands over the requests that may be acted on in cycle `now`.
  void hand_over_due(Cycle now);
  void end_request(const InFlight& request, Cycle at);
  /// Ends the request phases of what has been taken in, and lines up responses. What was taken in before
  /// `earliest` has been missed.
  void settle(Cycle earliest);
  void open_response(int port, Cycle at);
  /// Opens the response phases that are due in cycle `now` (kNever: none), and the next ones ahead of their
  /// time where it is certain which they are: that saves steps. Calls to come are acted on from cycle `from`
  /// on. Returns when there is more to do.
  Cycle respond(Cycle now, Cycle from);
  void call_back(int port, tlm::tlm_generic_payload& payload, tlm::tlm_phase phase, Cycle at);

  Params params_;
  ClockDomain& clock_;
  Period period_;
  Waker self_;
  std::unique_ptr<DramTiming> timing_;
  std::vector<uint8_t>& bytes_;
  uint64_t size_ = 0;
  tlm::tlm_generic_payload* reading_ = nullptr;  ///< see begin_access()
  std::vector<Waiting> waiting_;  ///< request phases open, at most one a port, in order of arrival
  std::vector<Cycle> freed_;      ///< when places of answered requests come free, where that lies ahead
  std::vector<InFlight> tickets_;
  std::vector<uint32_t> free_tickets_;
  std::vector<Port> ports_;
  uint32_t in_flight_ = 0, most_in_flight_;
  uint64_t begun_ = 0;  ///< requests
  Stats stats_;
};

}  // namespace systole
