#pragma once
#include <tlm_utils/simple_initiator_socket.h>

#include <deque>
#include <memory>
#include <systemc>

#include "models/control/burst.h"
#include "models/kernel/clock_domain.h"
#include "models/kernel/observer.h"
#include "models/memory/params.h"

namespace systole {

/// A DMA engine's initiator socket: the four phases of the base protocol, the memory manager, and a pool of
/// bursts that bounds what is in flight.
class DramPort : public sc_core::sc_module, private tlm::tlm_mm_interface {
 public:
  /// `carries`: bursts carry bytes; else they only take their time.
  DramPort(sc_core::sc_module_name name, const DmaParams& params, ClockDomain& clock, bool carries);

  tlm_utils::simple_initiator_socket<DramPort> socket;

  void wake_on_progress(Waker owner) { owner_ = owner; }
  void observe(MachineObserver* observer, Unit unit) {
    observer_ = observer;
    unit_ = unit;
  }
  void reset();
  bool idle() const { return free_.size() == pool_.size(); }

  /// A free burst, or nullptr when `outstanding` are in use. It goes back with release().
  Burst* allocate();
  void release(Burst& burst) { free_.push_back(&burst); }
  /// True when no request phase is open at `now`.
  bool can_send(Cycle now) const { return open_request_ == nullptr && request_free_from_ <= now; }
  void send(Burst& burst, tlm::tlm_command command);
  /// The next cycle after `now` in which this side of the protocol can go on; kNever when it waits for a
  /// call.
  Cycle next_event(Cycle now) const;
  /// The burst whose response has arrived by `now`, its response phase ended; nullptr when there is none.
  Burst* take_response(Cycle now);

 private:
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  void free(tlm::tlm_generic_payload* payload) override;
  void call_forward(Burst& burst, tlm::tlm_phase phase);
  /// Out of the way: nobody listens as a rule.
  [[gnu::cold]] void report(const Burst& burst, const tlm::tlm_phase& phase) const;

  ClockDomain& clock_;
  Waker owner_;
  std::vector<std::unique_ptr<Burst>> pool_;
  std::vector<Burst*> free_;
  Burst* response_ = nullptr;
  Cycle response_from_ = 0, request_free_from_ = 0;
  const tlm::tlm_generic_payload* open_request_ = nullptr;
  MachineObserver* observer_ = nullptr;
  Unit unit_ = Unit::load;
};

}  // namespace systole
