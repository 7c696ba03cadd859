#pragma once
#include "models/kernel/observer.h"
#include "models/kernel/time.h"
#include "models/stats.h"

namespace systole {

/// Gives every cycle of a module exactly one name, the cycles it sleeps through included: a state holds until
/// the next one is set.
class ActivityRecorder {
 public:
  /// From cycle `now` on the module is in `state`. Cycle `now` may be the next one: then it may be named
  /// anew.
  void set(Activity state, Cycle now) {
    if (state == state_) return;
    if (__builtin_expect(observer_ != nullptr, 0) && now != since_) report();
    cycles_[static_cast<int>(state_)] += now - since_;
    since_ = now;
    state_ = state;
  }
  Activity state() const { return state_; }
  /// The cycles [0, end) by name.
  ActivityCycles finish(Cycle end) {
    if (observer_ != nullptr && since_ < end) report();
    cycles_[static_cast<int>(state_)] += end - since_;
    since_ = end;
    return cycles_;
  }
  void reset() {
    cycles_ = {};
    state_ = told_ = Activity::idle;
    since_ = 0;
  }
  void observe(MachineObserver* observer, Unit unit) {
    observer_ = observer;
    unit_ = unit;
  }

 private:
  /// Tells of the present state, where it is news: once it is certain that it lasts.
  [[gnu::cold, gnu::noinline]] void report() {
    if (state_ == told_) return;
    told_ = state_;
    observer_->entered(unit_, state_, since_);
  }

  ActivityCycles cycles_{};
  Activity state_ = Activity::idle;
  Activity told_ = Activity::idle;  ///< to the observer
  Cycle since_ = 0;
  MachineObserver* observer_ = nullptr;
  Unit unit_ = Unit::load;
};

}  // namespace systole
