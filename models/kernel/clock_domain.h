#pragma once
// One SC_METHOD a clock domain steps all of its modules. A module has `Cycle step(Cycle now)`, which returns
// the next cycle it wants to be stepped in (kNever: only when woken). See DESIGN section 2, "Time".
#include <exception>
#include <systemc>
#include <vector>

#include "models/kernel/time.h"

namespace systole {

class ClockDomain;

/// Lets anyone wake a module of a domain; the handle stays valid as long as the domain. A module that knows
/// of several future events returns the next one from each step: only the two nearest wake-ups are kept for
/// it.
class Waker {
 public:
  Waker() = default;
  Waker(ClockDomain& domain, std::size_t index) : domain_(&domain), index_(index) {}
  void wake_at(Cycle cycle) const;
  explicit operator bool() const { return domain_ != nullptr; }

 private:
  ClockDomain* domain_ = nullptr;
  std::size_t index_ = 0;
};

class ClockDomain : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(ClockDomain);
  ClockDomain(sc_core::sc_module_name name, uint64_t khz);

  /// Enrols a module. Modules awake in the same cycle are stepped by ascending `rank`, whatever the order of
  /// construction: where they compete for a bank, the lower rank goes first.
  template <class Module>
  Waker add(Module& module, int rank) {
    return enroll({&module, [](void* m, Cycle n) { return static_cast<Module*>(m)->step(n); }, rank, 0});
  }

  /// From now on one process, that of `leader`, steps both domains in order of their edges: neither waits for
  /// the kernel to come round to the other. TLM calls of either must go to the other.
  void run_with(ClockDomain& leader);

  /// True when calls into the domain come in the order of the times they are annotated with, since all come
  /// from domains that one process steps.
  bool calls_in_order() const { return closed_; }

  /// To be asked by a module's step, where calls_in_order(): no call of another domain counts before the
  /// cycle after this one.
  Cycle quiet_until() const;

  /// Cycle 0 falls on the present simulation time; every module is asleep.
  void reset();
  Cycle now() const { return now_; }
  /// Femtoseconds from reset to the present cycle's edge.
  uint64_t now_fs() const { return now_fs_; }
  /// The cycles since reset in which any module was stepped.
  uint64_t steps() const { return steps_; }
  /// Time from the kernel's clock to a cycle's edge, or the present one's: what a TLM call from a module is
  /// annotated with.
  const sc_core::sc_time& delay_to(Cycle cycle) {
    const uint64_t delay_fs = origin_fs_ + period_.edge_fs(cycle) - present_fs();
    if (delay_.value() != delay_fs) delay_ = sc_core::sc_time::from_value(delay_fs);
    return delay_;
  }
  const sc_core::sc_time& local_delay() { return delay_to(now_); }
  /// The first cycle whose edge lies strictly after `delay` from the kernel's present time.
  Cycle first_cycle_after(const sc_core::sc_time& delay) const {
    return period_.first_edge_after_fs(present_fs() + delay.value() - origin_fs_);
  }
  /// Femtoseconds from reset to a cycle's edge, and the first cycle whose edge lies no earlier than that.
  uint64_t edge_fs(Cycle cycle) const { return period_.edge_fs(cycle); }
  Cycle first_cycle_from(uint64_t fs) const { return fs == 0 ? 0 : period_.first_edge_after_fs(fs - 1); }
  /// The first cycle whose edge lies strictly after that time.
  Cycle first_cycle_after_fs(uint64_t fs) const { return period_.first_edge_after_fs(fs); }
  /// What a module threw, if one did: the domain then stands still.
  std::exception_ptr error() const { return error_; }
  /// No module may be awake for longer than this without `progress()` being called: that is a livelock.
  static constexpr Cycle kPatience = 1'000'000'000;
  void progress() { last_progress_ = now_; }
  /// Must follow every call out of the domain: the outside may have scheduled something earlier than known.
  void outside_called() {
    if (!closed_) horizon_known_ = false;
  }

 private:
  friend class Waker;
  struct Entry {
    void* module;
    Cycle (*step)(void*, Cycle);
    int rank;
    std::size_t handle;
  };

  Waker enroll(Entry entry);
  /// The kernel's time in femtoseconds; it stands still while the leader runs.
  uint64_t present_fs() const {
    return leader_->running_ ? leader_->kernel_fs_ : sc_core::sc_time_stamp().value();
  }
  void run();
  void run_to_horizon();
  bool failed() const;
  void wake(std::size_t handle, Cycle cycle);
  bool reachable(uint64_t edge_fs);
  void step_all();

  Period period_;
  std::vector<Entry> entries_;         ///< in order of rank
  std::vector<Cycle> wake_, later_;    ///< of each entry: the next wake-up, and the earliest asked for beyond
  std::vector<std::size_t> position_;  ///< handle -> index in entries_
  sc_core::sc_event wake_event_;
  sc_core::sc_time delay_;  ///< as asked for last
  uint64_t origin_fs_ = 0;
  Cycle now_ = 0;
  uint64_t now_fs_ = 0;
  Cycle last_progress_ = 0;
  uint64_t steps_ = 0;
  Cycle next_ = kNever;        ///< the nearest wake-up of any module
  uint64_t next_fs_ = kNever;  ///< and its edge in the kernel's time
  bool stepping_ = false;      ///< in step_all()
  std::exception_ptr error_;
  bool closed_ = false;  ///< nothing is called that could schedule anything outside

  ClockDomain* leader_ = this;
  std::vector<ClockDomain*> domains_{this};  ///< of the leader: those it steps
  uint64_t kernel_fs_ = 0, horizon_fs_ = 0;  ///< of the leader, as is the rest
  bool horizon_known_ = false, running_ = false;
};

inline void Waker::wake_at(Cycle cycle) const { domain_->wake(index_, cycle); }

}  // namespace systole
