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
      : burst_bytes_(params.banked.geometry.burst_bytes()),
        bursts_(params.banked.geometry.capacity() / burst_bytes_),
        map_(params.banked.address_map, params.banked.geometry),
        channels_(params.banked.geometry.channels, DramChannel(params.banked)),
        taken_at_(params.banked.geometry.channels, kNever) {}

  void reset() override {
    for (DramChannel& channel : channels_) channel.reset();
    std::fill(taken_at_.begin(), taken_at_.end(), kNever);
    under_way_.clear();
    completions_.clear();
    blocked_.clear();
  }

  void take(DramRequest& request, Cycle now) override {
    if (request.ticket >= under_way_.size()) under_way_.resize(request.ticket + 1);
    UnderWay& whole = under_way_[request.ticket];
    while (request.bytes != 0) {
      const uint64_t burst = request.address / burst_bytes_ % bursts_;
      const DramPlace place = map_.place(burst);
      DramChannel& channel = channels_[place.channel];
      if (now != 0) channel.run_until(now - 1);
      if (taken_at_[place.channel] == now || !channel.can_accept(request.write)) {
        blocked_.push_back({place.channel, request.write});
        return;
      }
      const uint64_t end = (request.address / burst_bytes_ + 1) * burst_bytes_;
      const uint64_t bytes = std::min(request.bytes, end - request.address);
      request.address += bytes;
      request.bytes -= bytes;
      ++whole.bursts;
      whole.complete = request.bytes == 0;
      taken_at_[place.channel] = now;
      DramTransaction transaction;
      transaction.burst = burst;
      transaction.bank = static_cast<uint8_t>(place.bank);
      transaction.row = place.row;
      transaction.id = request.ticket;
      transaction.write = request.write;
      channel.accept(transaction, now);
    }
  }

  Cycle advance(Cycle now) override {
    Cycle next = kNever;
    for (DramChannel& channel : channels_) {
      if (channel.next_event() <= now) channel.run_until(now);
      collect(channel);
      next = std::min(next, channel.next_event());
    }
    // A full channel gains room only in a cycle it asks for.
    for (const Blocked& blocked : blocked_) {
      if (channels_[blocked.channel].can_accept(blocked.write)) next = std::min(next, now + 1);
    }
    blocked_.clear();
    return next;
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
  };

  struct Blocked {
    uint32_t channel;
    bool write;
  };

  void collect(DramChannel& channel) {
    for (const DramCompletion& burst : channel.completions()) {
      UnderWay& whole = under_way_[burst.id];
      whole.done = std::max(whole.done, burst.done);
      if (--whole.bursts != 0 || !whole.complete) continue;
      completions_.push_back({burst.id, whole.done});
      whole = {};
    }
    channel.completions().clear();
  }

  uint64_t burst_bytes_, bursts_;
  AddressMap map_;
  std::vector<DramChannel> channels_;
  std::vector<Cycle> taken_at_;  ///< the cycle each channel last took a burst in
  std::vector<UnderWay> under_way_;
  std::vector<Blocked> blocked_;  ///< what could not be taken in this cycle
};

}  // namespace

std::unique_ptr<DramTiming> make_banked_timing(const DramParams& params) {
  return std::make_unique<BankedTiming>(params);
}

}  // namespace systole
