#pragma once
#include <algorithm>
#include <vector>

#include "models/memory/dram/banked/address_map.h"
#include "models/memory/dram/timing.h"

namespace systole {

/// Cuts requests into bursts, hands each to its channel, at most one a channel and cycle, and answers a
/// request when its last burst is through.
class BankedTiming final : public DramTiming {
 public:
  explicit BankedTiming(const DramParams& params);

  void reset() override;

  Cycle hand_over(const DramRequest& request, Cycle now) override {
    admit(now - 1);
    const auto bursts = static_cast<uint32_t>(request.bytes >> burst_shift_);
    const uint64_t first = request.address >> burst_shift_ & burst_mask_;
    const Waiting fresh{request.ticket, request.write, first, bursts, map_.place(first)};
    while (request.ticket >= under_way_.size()) under_way_.add({});
    under_way_[request.ticket] = {bursts, 0, 0};
    const bool at_once = bursts == 1 && waiting_.empty() && take_only(fresh, now);
    const Cycle taken = at_once ? now : line_up(fresh, now);
    find_next();
    return taken;
  }
  void advance(Cycle now, Cycle until) override;

  bool idle() const override;

  Cycle drained() const override;

  void finish(Cycle end, DramStats& stats) override;

 private:
  struct Channel {
    explicit Channel(const BankedParams& params) : controller(params) {}
    DramChannel controller;
    Cycle free_from = 0;          ///< the next burst is taken in no earlier
    Cycle answers_from = kNever;  ///< no further read is answered before
  };
  /// A request whose bursts are not all through; the slot of its ticket.
  struct UnderWay {
    uint32_t bursts = 0;  ///< not through
    Cycle done = 0;
    uint64_t order = 0;
  };
  /// A request that is not wholly taken in.
  struct Waiting {
    uint32_t ticket;
    bool write;
    uint64_t burst;  ///< the next one, and where it lies
    uint32_t left;
    DramPlace place;
  };

  void step_over(Waiting& request) const {
    request.burst = (request.burst + 1) & burst_mask_;
    if (--request.left != 0 && !map_.in_same_row(request.burst)) request.place = map_.place(request.burst);
  }

  /// Takes in the only burst there is, if there is room for it now.
  bool take_only(const Waiting& request, Cycle now) {
    Channel& channel = channels_[request.place.channel];
    channel.controller.run_until(now - 1);
    if (channel.free_from > now || !channel.controller.can_accept(request.write)) return false;
    channel.controller.accept(request.burst, request.place, request.ticket, request.write, now, true);
    channel.free_from = now + 1;
    look_at_again(channel);
    return true;
  }
  /// Takes in what it can of a request that has come in cycle `now`; the rest waits. Returns the cycle of the
  /// last burst; kNever: some are left, or were there before.
  [[gnu::noinline]] Cycle line_up(Waiting request, Cycle now);

  void take_burst(Waiting& request, Channel& channel, Cycle now) {
    channel.controller.accept(request.burst, request.place, request.ticket, request.write, now, true);
    channel.free_from = now + 1;
    step_over(request);
  }

  /// Takes in what waits, cycle by cycle up to `limit`: who came first goes first, at most one burst a
  /// channel and cycle, a request's bursts in order.
  void admit(Cycle limit) {
    if (admit_from_ <= limit) admit_all(limit);
  }
  [[gnu::noinline]] void admit_all(Cycle limit);

  /// Takes in what it can of the request in the cycles `now` to `until`, and lowers `admit_from_` to when
  /// there may be more to take. Returns the cycle of the last burst.
  Cycle take_in(Waiting& request, Cycle now, Cycle until, bool alone);

  /// When the first read can be answered, or the first of those that wait have been taken in wholly.
  void find_next() {
    next_ = kNever;
    for (const Channel& channel : channels_) next_ = std::min(next_, channel.answers_from);
    for (const Waiting& request : waiting_) next_ = std::min(next_, earliest_taken(request));
  }

  Cycle earliest_taken(const Waiting& request) const;

  /// Collects what the channel has done. Whatever command it issues next, no read is answered before its data
  /// are through.
  void look_at_again(Channel& channel) {
    if (!channel.controller.completions().empty()) collect(channel);
    const Cycle event = channel.controller.next_event();
    channel.answers_from = event == kNever ? kNever : event + read_cycles_;
  }

  /// Answers of one cycle are given by when they were decided, then by channel: not by when someone looked.
  void collect(Channel& channel) {
    const auto number = static_cast<uint64_t>(&channel - channels_.data());
    for (const DramCompletion& burst : channel.controller.completions()) {
      UnderWay& whole = under_way_[burst.id];
      whole.done = std::max(whole.done, burst.done);
      whole.order = std::max(whole.order, burst.order * channels_.size() + number);
      if (--whole.bursts == 0) completions_.add({burst.id, whole.done, whole.order});
    }
    channel.controller.completions().clear();
  }

  uint64_t burst_bytes_;  ///< as the number of bursts, a power of two
  int burst_shift_;
  uint64_t burst_mask_;
  AddressMap map_;
  std::vector<Channel> channels_;
  uint32_t read_cycles_;  ///< from a read's command to the end of its data
  FlatList<UnderWay> under_way_;
  std::vector<Waiting> waiting_;  ///< the first first
  Cycle admit_from_ = kNever;     ///< none of them can be given anything before
};

}  // namespace systole
