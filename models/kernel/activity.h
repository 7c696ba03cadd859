#pragma once
#include "models/kernel/observer.h"
#include "models/kernel/time.h"
#include "models/stats.h"

namespace systole {

/// Gives every cycle of a module exactly one name, the cycles it sleeps through included: a state holds until
/// the next one is set.
class ActivityRecorder {
 public:
  /// From cycle `now` on the module is in `state`.
  void set(Activity state, Cycle now) {
    if (state == state_) return;
    cycles_[static_cast<int>(state_)] += now - since_;
    since_ = now;
    state_ = state;
    if (__builtin_expect(observer_ != nullptr, 0)) report(now);
  }
  Activity state() const { return state_; }
  /// The cycles [0, end) by name.
  ActivityCycles finish(Cycle end) {
    cycles_[static_cast<int>(state_)] += end - since_;
    since_ = end;
    return cycles_;
  }
  void reset() {
    cycles_ = {};
    state_ = Activity::idle;
    since_ = 0;
  }
  void observe(MachineObserver* observer, Unit unit) {
    observer_ = observer;
    unit_ = unit;
  }

 private:
  [[gnu::cold, gnu::noinline]] void report(Cycle now) const { observer_->entered(unit_, state_, now); }

  ActivityCycles cycles_{};
  Activity state_ = Activity::idle;
  Cycle since_ = 0;
  MachineObserver* observer_ = nullptr;
  Unit unit_ = Unit::load;
};

}  // namespace systole
