#pragma once
#include <algorithm>
#include <vector>

#include "models/control/burst.h"
#include "models/kernel/clock_domain.h"
#include "models/kernel/observer.h"
#include "models/memory/params.h"

namespace systole {

/// A DMA engine's side of the DRAM's protocol: at most one request phase and one response phase are open, and
/// a pool of bursts bounds what is in flight. What a step takes and sends reaches the memory in one call at
/// its end; how, is the derived class's.
class DramPort {
 public:
  DramPort(const DmaParams& params, ClockDomain& clock);
  virtual ~DramPort() = default;
  DramPort(const DramPort&) = delete;
  DramPort& operator=(const DramPort&) = delete;

  void wake_on_progress(Waker owner) { owner_ = owner; }
  void observe(MachineObserver* observer, Unit unit) {
    observer_ = observer;
    unit_ = unit;
  }
  void reset();
  /// Its number among the ports of its engine, which its bursts bear.
  void set_number(uint32_t number) {
    for (Burst& burst : pool_) burst.port = number;
  }
  bool idle() const { return in_use_ == 0; }

  /// A free burst, or nullptr when `outstanding` are in use. It goes back with release().
  Burst* allocate() {
    Burst* const burst = free_;
    if (burst == nullptr) return nullptr;
    free_ = burst->next;
    ++in_use_;
    return burst;
  }
  bool can_allocate() const { return free_ != nullptr; }
  void release(Burst& burst) {
    burst.next = free_;
    free_ = &burst;
    --in_use_;
  }
  /// True when no request phase is open at `now`.
  bool can_send(Cycle now) const { return !request_open_ && request_free_from_ <= now; }
  void send(Burst& burst, bool write) {
    request_open_ = true;
    step_.begun = &burst;
    step_.write = write;
    ++in_memory_;
    if (__builtin_expect(observer_ != nullptr, 0))
      observer_->requested(unit_, burst.move_number, burst.length, clock_.now());
  }
  /// Ends the engine's step in cycle `now`. Returns the next cycle in which this side of the protocol can go
  /// on; kNever when it waits for the memory. The end of a request phase counts, and wakes the engine, only
  /// where it `wants_to_send`.
  Cycle end_step(Cycle now, bool wants_to_send) {
    wants_to_send_ = wants_to_send;
    if (step_.ended != nullptr || step_.begun != nullptr) {
      calling_ = true;
      call(step_);
      calling_ = false;
      step_ = {};
    }
    Cycle next = kNever;
    if (response_ != nullptr && response_from_ > now) next = response_from_;
    if (wants_to_send && !request_open_ && request_free_from_ > now)
      next = std::min(next, request_free_from_);
    return next;
  }
  /// The burst whose response has arrived by `now`, its response phase ended; nullptr when there is none.
  Burst* take_response(Cycle now) {
    if (response_ == nullptr || response_from_ > now) return nullptr;
    Burst* const burst = response_;
    response_ = nullptr;
    step_.ended = burst;
    --in_memory_;
    if (__builtin_expect(observer_ != nullptr, 0))
      observer_->answered(unit_, burst->move_number, burst->length, clock_.now());
    return burst;
  }

 protected:
  /// What happens on this side in a step: a response phase ends, then a request phase begins. Either may be
  /// missing (nullptr), and both may be of the same burst.
  struct Step {
    Burst *ended = nullptr, *begun = nullptr;
    bool write = false;
  };
  virtual void call(const Step& step) = 0;
  /// No request can follow before the next answer: all bursts are with the memory.
  bool all_in_memory() const { return in_memory_ == outstanding_; }
  /// The open request phase has ended: the next may begin in cycle `from`.
  void request_ended(Cycle from) {
    request_open_ = false;
    request_free_from_ = from;
    if (wants_to_send_ && !calling_) owner_.wake_at(from);
  }
  /// The burst's response can be taken from cycle `from` on.
  void response_begun(Burst& burst, Cycle from) {
    response_ = &burst;
    response_from_ = from;
    if (!calling_) owner_.wake_at(from);
  }
  Burst& burst(uint32_t id) { return pool_[id]; }

  ClockDomain& clock_;

 private:
  Waker owner_;
  std::vector<Burst> pool_;
  Burst* free_ = nullptr;  ///< the first of those not in use
  uint32_t outstanding_, in_use_ = 0;
  Step step_;               ///< the one under way
  uint32_t in_memory_ = 0;  ///< bursts sent and not answered
  Burst* response_ = nullptr;
  Cycle response_from_ = 0, request_free_from_ = 0;
  bool request_open_ = false;
  bool wants_to_send_ = false;  ///< the engine has a request for when the phase ends
  bool calling_ = false;        ///< end_step() learns of what the call brings, and need not wake the engine
  MachineObserver* observer_ = nullptr;
  Unit unit_ = Unit::load;
};

}  // namespace systole
