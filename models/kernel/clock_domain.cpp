#include "models/kernel/clock_domain.h"

#include <algorithm>
#include <stdexcept>

#include "models/clones.h"

namespace systole {
namespace {

uint64_t to_fs(const sc_core::sc_time& time) { return time.value(); }

sc_core::sc_time from_fs(uint64_t fs) { return sc_core::sc_time::from_value(fs); }

}  // namespace

ClockDomain::ClockDomain(sc_core::sc_module_name name, uint64_t khz) : sc_module(name), period_(khz) {
  SC_METHOD(run);
  sensitive << wake_event_;
  dont_initialize();
}

Waker ClockDomain::enroll(Entry entry) {
  entry.handle = position_.size();
  entries_.push_back(entry);
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const Entry& a, const Entry& b) { return a.rank < b.rank; });
  position_.resize(entries_.size());
  wake_.assign(entries_.size(), kNever);
  later_.assign(entries_.size(), kNever);
  for (std::size_t i = 0; i < entries_.size(); ++i) position_[entries_[i].handle] = i;
  return {*this, entry.handle};
}

void ClockDomain::run_with(ClockDomain& leader) {
  leader_ = &leader;
  leader.domains_.push_back(this);
  closed_ = leader.closed_ = true;
}

Cycle ClockDomain::quiet_until() const {
  uint64_t next_fs = kNever;
  for (const ClockDomain* domain : leader_->domains_) {
    if (domain != this) next_fs = std::min(next_fs, domain->next_fs_);
  }
  constexpr Cycle kFar = kNever / 2;
  return next_fs == kNever ? kFar : period_.first_edge_after_fs(next_fs - origin_fs_) - 1;
}

void ClockDomain::reset() {
  wake_event_.cancel();
  origin_fs_ = to_fs(sc_core::sc_time_stamp());
  now_ = last_progress_ = steps_ = 0;
  now_fs_ = 0;
  error_ = nullptr;
  stepping_ = false;
  std::fill(wake_.begin(), wake_.end(), kNever);
  std::fill(later_.begin(), later_.end(), kNever);
  next_ = next_fs_ = kNever;
}

void ClockDomain::wake(std::size_t handle, Cycle cycle) {
  const std::size_t at = position_[handle];
  if (cycle >= wake_[at]) {
    if (cycle > wake_[at]) later_[at] = std::min(later_[at], cycle);
    return;
  }
  later_[at] = std::min(later_[at], wake_[at]);
  wake_[at] = cycle;
  if (cycle >= next_) return;
  next_ = cycle;
  if (stepping_) return;  // step_all() sees it
  next_fs_ = origin_fs_ + period_.edge_fs(cycle);
  if (leader_->running_) return;  // the loop in run() sees it
  const uint64_t present = to_fs(sc_core::sc_time_stamp());
  leader_->wake_event_.notify(from_fs(next_fs_ > present ? next_fs_ - present : 0));
}

bool ClockDomain::reachable(uint64_t edge_fs) {
  if (!horizon_known_) {
    // Another process of this instant's evaluation phase is no event yet: then nothing may be jumped.
    const bool at_once = sc_core::sc_pending_activity_at_current_time();
    horizon_fs_ = at_once ? kernel_fs_ : kernel_fs_ + to_fs(sc_core::sc_time_to_pending_activity());
    horizon_known_ = true;
  }
  // An edge at the very horizon may run: what crosses between domains is acted on strictly later anyway.
  return edge_fs <= horizon_fs_;
}

void ClockDomain::step_all() {
  const Cycle cycle = now_ = next_;
  now_fs_ = next_fs_ - origin_fs_;
  ++steps_;
  next_ = kNever;  // lowered by the wake-ups of those passed below
  stepping_ = true;
  Cycle *const wake = wake_.data(), *const later = later_.data();
  const std::size_t count = wake_.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (wake[i] <= cycle) {
      wake[i] = later[i];
      later[i] = kNever;
      const Cycle next = entries_[i].step(entries_[i].module, cycle);
      if (next < wake[i]) {
        later[i] = std::min(later[i], wake[i]);
        wake[i] = next;
      }
    }
    next_ = std::min(next_, wake[i]);
  }
  stepping_ = false;
  next_fs_ = next_ == kNever ? kNever : origin_fs_ + period_.edge_fs(next_);
  if (now_ - last_progress_ > kPatience) throw std::logic_error("units are awake but nothing gets done");
}

SYSTOLE_FLATTEN void ClockDomain::run_to_horizon() {
  for (;;) {
    ClockDomain* first = this;
    for (ClockDomain* domain : domains_) {
      if (domain->next_fs_ < first->next_fs_) first = domain;
    }
    const uint64_t edge = first->next_fs_;
    if (edge == kNever) return;
    if (edge > kernel_fs_ && !reachable(edge)) {
      wake_event_.notify(from_fs(edge - kernel_fs_));
      return;
    }
    try {
      first->step_all();
    } catch (...) {  // the kernel would turn it into a report of its own
      first->error_ = std::current_exception();
      return;
    }
  }
}

bool ClockDomain::failed() const {
  return std::any_of(domains_.begin(), domains_.end(),
                     [](const ClockDomain* domain) { return domain->error_ != nullptr; });
}

void ClockDomain::run() {
  if (failed()) return;
  kernel_fs_ = to_fs(sc_core::sc_time_stamp());
  horizon_known_ = false;
  running_ = true;
  run_to_horizon();
  running_ = false;
}

}  // namespace systole
