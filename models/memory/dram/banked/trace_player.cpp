#include "models/memory/dram/banked/trace_player.h"

#include <algorithm>
#include <functional>
#include <queue>

#include "models/memory/dram/banked/address_map.h"
#include "models/memory/dram/banked/channel.h"

namespace systole {
namespace {

class Player {
 public:
  Player(const BankedParams& params, const std::vector<TraceRequest>& trace, uint64_t max_outstanding)
      : geometry_(params.geometry),
        burst_bits_(__builtin_ctz(params.geometry.burst_bytes())),
        trace_(trace),
        max_outstanding_(max_outstanding == 0 ? kNever : max_outstanding),
        map_(params.address_map, params.geometry),
        channels_(params.geometry.channels, DramChannel(params)) {}

  TraceResult play() {
    prepare();
    Cycle now = 1;  // the first request, of cycle 0, is offered after that cycle
    while (now != kNever) {
      offer(now);
      if (done()) {
        for (DramChannel& channel : channels_) channel.flush(now);
      }
      const Cycle event = run(now);
      now = std::max(now + 1, std::min(event, next_offer(now)));
      if (done() && event == kNever) break;
    }
    return result();
  }

 private:
  bool done() const { return next_request_ == trace_.size(); }
  bool crowded() const { return outstanding_ >= max_outstanding_; }

  /// Finds the place of the next request.
  void prepare() {
    if (done()) return;
    const TraceRequest& request = trace_[next_request_];
    next_from_ = request.cycle + 1;
    burst_ = request.address >> burst_bits_;
    place_ = map_.place(burst_);
    write_ = request.write;
    channel_ = &channels_[place_.channel];
  }

  /// A place among the outstanding is free from the cycle after its answer on.
  void offer(Cycle now) {
    while (!answers_.empty() && answers_.top() < now) {
      answers_.pop();
      --outstanding_;
    }
    for (uint32_t slot = 0; slot < geometry_.channels && !done(); ++slot) {
      channel_->run_until(now - 1);
      if (next_from_ > now || crowded() || !channel_->can_accept(write_)) return;
      channel_->accept(burst_, place_, 0, write_, now, geometry_.channels == 1);
      ++outstanding_;
      ++next_request_;
      prepare();
    }
  }

  /// Lets the channels do what is due in cycle `now`; returns when the next thing is.
  Cycle run(Cycle now) {
    Cycle next = kNever;
    for (DramChannel& channel : channels_) {
      if (channel.next_event() <= now) channel.run_until(now);
      if (!channel.completions().empty()) collect(channel);
      next = std::min(next, channel.next_event());
    }
    return next;
  }

  void collect(DramChannel& channel) {
    for (const DramCompletion& completion : channel.completions()) {
      if (max_outstanding_ != kNever) answers_.push(completion.done);
      last_answer_ = std::max(last_answer_, completion.done);
    }
    channel.completions().clear();
  }

  /// When the next request may be taken as things stand; a full queue gains a place only when its channel
  /// runs.
  Cycle next_offer(Cycle now) const {
    if (done()) return kNever;
    if (crowded()) return answers_.empty() ? kNever : answers_.top() + 1;
    return channel_->can_accept(write_) ? std::max(now + 1, next_from_) : kNever;
  }

  TraceResult result() {
    TraceResult result;
    for (const DramChannel& channel : channels_) {
      result.cycles = std::max({result.cycles, channel.stats().last_data, last_answer_});
    }
    for (DramChannel& channel : channels_) {
      result.channels.push_back(channel.finish(result.cycles));
      result.total.add(result.channels.back());
    }
    return result;
  }

  DramGeometry geometry_;
  int burst_bits_;  ///< a burst's bytes are a power of two
  const std::vector<TraceRequest>& trace_;
  uint64_t max_outstanding_;
  AddressMap map_;
  std::vector<DramChannel> channels_;
  std::priority_queue<Cycle, std::vector<Cycle>, std::greater<Cycle>> answers_;  ///< cycles of answers, ahead
  uint64_t outstanding_ = 0;
  size_t next_request_ = 0;
  uint64_t burst_ = 0;  ///< the next request, its channel and its first cycle
  DramPlace place_;
  bool write_ = false;
  DramChannel* channel_ = nullptr;
  Cycle next_from_ = 0;
  Cycle last_answer_ = 0;
};

}  // namespace

TraceResult play_trace(const BankedParams& params, const std::vector<TraceRequest>& trace,
                       uint64_t max_outstanding) {
  return Player(params, trace, max_outstanding).play();
}

}  // namespace systole
