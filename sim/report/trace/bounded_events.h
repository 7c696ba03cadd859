#pragma once
#include <algorithm>
#include <vector>

#include "models/kernel/time.h"

namespace systole {

/// The first `most` events by cycle, whatever order they come in: what was kept ends before the cycle whose
/// events would be too many, so that it depends on nothing but the events. `T` has a member `at`.
template <class T>
class BoundedEvents {
 public:
  explicit BoundedEvents(std::size_t most) : most_(most) {}

  void add(const T& event) {
    if (event.at >= limit_) return;
    events_.push_back(event);
    if (events_.size() >= 2 * most_) cut();
  }
  /// All events from `cycle` on are left out.
  void end_at(Cycle cycle) { limit_ = std::min(limit_, cycle); }
  /// In order of cycles; of equals, in order of arrival.
  std::vector<T>& finish() {
    cut();
    return events_;
  }
  /// The first cycle that is left out.
  Cycle limit() const { return limit_; }

 private:
  void cut() {
    std::stable_sort(events_.begin(), events_.end(), [](const T& a, const T& b) { return a.at < b.at; });
    if (events_.size() > most_) limit_ = std::min(limit_, events_[most_].at);
    const auto end = std::lower_bound(events_.begin(), events_.end(), limit_,
                                      [](const T& event, Cycle cycle) { return event.at < cycle; });
    events_.erase(end, events_.end());
  }

  std::size_t most_;
  Cycle limit_ = kNever;
  std::vector<T> events_;
};

}  // namespace systole
