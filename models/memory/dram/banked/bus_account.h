#pragma once
#include <algorithm>
#include <stdexcept>

#include "models/kernel/time.h"
#include "models/memory/dram/banked/channel_stats.h"

namespace systole {

/// Gives every cycle of the data bus one name. A gap before a burst is blamed on what held its command back
/// since the command before it: first on the time without a request, then on the time with a refresh, else on
/// timing.
class BusAccount {
 public:
  void advance(Cycle now) {
    if (now <= since_) return;
    if (!requested_) {
      unrequested_ += now - since_;
    } else if (refreshing_until_ > since_) {
      refreshing_ += std::min(now, refreshing_until_) - since_;
    }
    since_ = now;
  }
  /// What holds from the present cycle on; a refresh ends by itself at `refreshing_until`.
  void state(bool requested, Cycle refreshing_until) {
    requested_ = requested;
    refreshing_until_ = refreshing_until;
  }
  /// The same from cycle `now` on, which is then the present one, if anything changes.
  void change(Cycle now, bool requested, Cycle refreshing_until) {
    if (requested == requested_ && refreshing_until == refreshing_until_) return;
    advance(now);
    state(requested, refreshing_until);
  }
  /// A column command goes out in the present cycle; its data are on the bus in [begin, end).
  void burst(Cycle begin, Cycle end, BusCycles& cycles) {
    if (begin < data_end_) throw std::logic_error("two bursts on the DRAM's bus at a time");
    gap(begin - data_end_, cycles);
    cycles.data += end - begin;
    data_end_ = end;
  }
  /// Names the cycles up to `end` and takes back what lies beyond it.
  void finish(Cycle end, BusCycles& cycles) {
    if (end >= data_end_) {
      gap(end - data_end_, cycles);
    } else {
      cycles.data -= std::min(cycles.data, data_end_ - end);
    }
    data_end_ = end;
  }
  Cycle data_end() const { return data_end_; }

 private:
  void gap(Cycle length, BusCycles& cycles) {
    const Cycle empty = std::min(length, unrequested_);
    const Cycle refresh = std::min(length - empty, refreshing_);
    cycles.no_request += empty;
    cycles.refresh += refresh;
    cycles.timing += length - empty - refresh;
    unrequested_ = refreshing_ = 0;
  }

  bool requested_ = false;
  Cycle refreshing_until_ = 0, since_ = 0, data_end_ = 0;
  Cycle unrequested_ = 0, refreshing_ = 0;  ///< cycles since the last column command
};

}  // namespace systole
