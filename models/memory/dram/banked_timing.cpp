#include <algorithm>
#include <stdexcept>

#include "models/memory/dram/banked/address_map.h"
#include "models/memory/dram/timing.h"

namespace systole {
namespace {

/// Cuts requests into bursts, hands each to its channel, at most one a channel and cycle, and answers a
/// request when its last burst is through.
class BankedTiming final : public DramTiming {
 public:
  explicit BankedTiming(const DramParams& params)
      : DramTiming(false),
        burst_bytes_(params.banked.geometry.burst_bytes()),
        burst_shift_(__builtin_ctzll(burst_bytes_)),
        burst_mask_(params.banked.geometry.capacity() / burst_bytes_ - 1),
        map_(params.banked.address_map, params.banked.geometry),
        channels_(params.banked.geometry.channels, DramChannel(params.banked)),
        free_from_(params.banked.geometry.channels, 0),
        read_cycles_(params.banked.timing.cl + params.banked.geometry.burst_cycles) {}

  void reset() override {
    for (DramChannel& channel : channels_) channel.reset();
    std::fill(free_from_.begin(), free_from_.end(), 0);
    next_ = kNever;
    under_way_.clear();
    completions_.clear();
    blocked_.clear();
  }

  void take(DramRequest& request, Cycle now) override {
    while (request.bytes != 0) {
      const DramPlace place = place_of(request);
      DramChannel& channel = channels_[place.channel];
      channel.run_until(now - 1);
      if (free_from_[place.channel] > now || !channel.can_accept(request.write)) {
        blocked_.push_back({place.channel, request.write});
        return;
      }
      take_burst(request, place, now);
    }
  }

  void offer_anew() override { blocked_.clear(); }

  Cycle take_ahead(DramRequest& request, Cycle from) override {
    if (channels_.size() != 1 || !blocked_.empty()) {
      if (!fits_in_one_cycle(request, from)) return kNever;
      while (request.bytes != 0) take_burst(request, place_of(request), from);
      return from;
    }
    DramChannel& channel = channels_[0];  // takes one in each cycle
    from = std::max(from, free_from_[0]);
    channel.run_until(from - 1);
    if (channel.room(request.write) < request.bytes >> burst_shift_) return kNever;
    for (;; ++from) {
      take_burst(request, place_of(request), from);
      if (request.bytes == 0) return from;
      channel.run_until(from);
    }
  }

  void advance(Cycle now) override {
    next_ = kNever;
    for (DramChannel& channel : channels_) {
      if (channel.next_event() <= now) channel.run_until(now);
      collect(channel);
      look_at_again(channel);
    }
    for (const Blocked& blocked : blocked_) await_room(blocked, now);
  }

  bool idle() const override {
    return std::none_of(channels_.begin(), channels_.end(), [](const DramChannel& c) { return c.busy(); });
  }

  Cycle drained() const override {
    Cycle last = 0;
    for (const DramChannel& channel : channels_) last = std::max(last, channel.stats().last_data);
    return last;
  }

  void finish(Cycle end, DramStats& stats) override {
    stats.channels.clear();
    stats.total = {};
    for (DramChannel& channel : channels_) {
      stats.channels.push_back(channel.finish(end));
      stats.total.add(stats.channels.back());
    }
    const ChannelStats& s = stats.total;
    if (s.reads + s.writes + s.forwarded + s.merged != stats.bus_bytes / burst_bytes_) {
      throw std::logic_error("a burst of the DRAM got lost");
    }
  }

 private:
  /// A request whose bursts are not all through; the slot of its ticket.
  struct UnderWay {
    uint32_t bursts = 0;
    bool complete = false;  ///< all of its bursts have been taken
    Cycle done = 0;
    uint64_t order = 0;
  };

  struct Blocked {
    uint32_t channel;
    bool write;
  };

  uint64_t burst_of(const DramRequest& request) const {
    return request.address >> burst_shift_ & burst_mask_;
  }
  DramPlace place_of(const DramRequest& request) const { return map_.place(burst_of(request)); }

  void take_burst(DramRequest& request, const DramPlace& place, Cycle now) {
    if (request.ticket >= under_way_.size()) under_way_.resize(request.ticket + 1);
    UnderWay& whole = under_way_[request.ticket];
    DramTransaction transaction;
    transaction.burst = burst_of(request);
    transaction.bank = static_cast<uint8_t>(place.bank);
    transaction.row = place.row;
    transaction.id = request.ticket;
    transaction.write = request.write;
    request.address += burst_bytes_;
    request.bytes -= burst_bytes_;
    ++whole.bursts;
    whole.complete = request.bytes == 0;
    free_from_[place.channel] = now + 1;
    DramChannel& channel = channels_[place.channel];
    channel.accept(transaction, now);
    collect(channel);
    look_at_again(channel);
    for (const Blocked& blocked : blocked_) {
      if (blocked.channel == place.channel) await_room(blocked, now);
    }
  }

  /// True when all bursts of the request will be taken in cycle `now`, each by a channel of its own, while
  /// those that were refused before still are.
  bool fits_in_one_cycle(DramRequest request, Cycle now) {
    if (!blocked_.empty() && next_ < now) return false;  // they are to be offered anew before
    for (const Blocked& blocked : blocked_) {
      if (channels_[blocked.channel].can_accept(blocked.write)) return false;
    }
    wanted_.assign(channels_.size(), 0);
    for (; request.bytes != 0; request.address += burst_bytes_, request.bytes -= burst_bytes_) {
      const uint32_t at = place_of(request).channel;
      if (wanted_[at]++ != 0 || free_from_[at] > now) return false;
      channels_[at].run_until(now - 1);
      if (!channels_[at].can_accept(request.write)) return false;
    }
    return true;
  }

  /// A refused request may be taken as soon as its channel has room and time.
  void await_room(const Blocked& blocked, Cycle now) {
    const DramChannel& channel = channels_[blocked.channel];
    next_ = std::min(next_, channel.can_accept(blocked.write) ? std::max(now + 1, free_from_[blocked.channel])
                                                              : channel.next_event());
  }

  /// Whatever command the channel issues next, no read is answered before its data are through.
  void look_at_again(const DramChannel& channel) {
    if (channel.busy()) next_ = std::min(next_, channel.next_event() + read_cycles_);
  }

  /// Answers of one cycle are given by when they were decided, then by channel: not by when someone looked.
  void collect(DramChannel& channel) {
    if (channel.completions().empty()) return;
    const auto at = static_cast<uint64_t>(&channel - channels_.data());
    for (const DramCompletion& burst : channel.completions()) {
      UnderWay& whole = under_way_[burst.id];
      whole.done = std::max(whole.done, burst.done);
      whole.order = std::max(whole.order, burst.order * channels_.size() + at);
      if (--whole.bursts != 0 || !whole.complete) continue;
      completions_.push_back({burst.id, whole.done, whole.order});
      whole = {};
    }
    channel.completions().clear();
  }

  uint64_t burst_bytes_;  ///< as the number of bursts, a power of two
  int burst_shift_;
  uint64_t burst_mask_;
  AddressMap map_;
  std::vector<DramChannel> channels_;
  std::vector<Cycle> free_from_;  ///< the cycle from which each channel takes its next burst
  std::vector<uint32_t> wanted_;
  uint32_t read_cycles_;  ///< from a read's command to the end of its data
  std::vector<UnderWay> under_way_;
  std::vector<Blocked> blocked_;  ///< what could not be taken in this cycle
};

}  // namespace

std::unique_ptr<DramTiming> make_banked_timing(const DramParams& params) {
  return std::make_unique<BankedTiming>(params);
}

}  // namespace systole
