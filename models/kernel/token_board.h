#pragma once
#include <array>
#include <vector>

#include "models/isa.h"
#include "models/kernel/clock_domain.h"
#include "models/kernel/observer.h"
#include "models/kernel/registered.h"

namespace systole {

/// The progress of every unit, as the others see it: a cycle later. Whoever waits is woken by any progress.
class TokenBoard {
 public:
  explicit TokenBoard(ClockDomain& clock) : clock_(clock) {}
  void wake_on_progress(Waker waker) { listeners_.push_back(waker); }
  void observe(MachineObserver* observer) { observer_ = observer; }

  void signal(Event event, Cycle now) {
    counters_[static_cast<int>(event)].add(now);
    last_signal_ = now;
    if (__builtin_expect(observer_ != nullptr, 0)) observer_->signalled(event, now);
    clock_.progress();
    for (const Waker& listener : listeners_) listener.wake_at(now + 1);
  }
  bool satisfied(const Wait& wait, Cycle now) const { return first_missing(wait, now) == kEventCount; }
  /// The index of the first event still waited for; kEventCount when there is none.
  int first_missing(const Wait& wait, Cycle now) const {
    for (int e = 0; e < kEventCount; ++e) {
      if (counters_[e].seen(now) < wait.at_least[e]) return e;
    }
    return kEventCount;
  }
  uint64_t total(Event event) const { return counters_[static_cast<int>(event)].total(); }
  /// The cycle of the newest progress.
  Cycle last_signal() const { return last_signal_; }
  void reset() {
    last_signal_ = 0;
    for (RegisteredCounter& counter : counters_) counter.reset();
  }

 private:
  ClockDomain& clock_;
  Cycle last_signal_ = 0;
  std::array<RegisteredCounter, kEventCount> counters_;
  std::vector<Waker> listeners_;
  MachineObserver* observer_ = nullptr;
};

}  // namespace systole
