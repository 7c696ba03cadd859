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
      : params_(params),
        trace_(trace),
        max_outstanding_(max_outstanding == 0 ? ~uint64_t{0} : max_outstanding),
        map_(params.address_map, params.geometry),
        channels_(params.geometry.channels, DramChannel(params)) {}

  TraceResult play() {
    Cycle now = 1;  // the first request, of cycle 0, is offered after that cycle
    while (next_request_ < trace_.size() || busy()) {
      for (DramChannel& channel : channels_) channel.run_until(now - 1);
      offer(now);
      if (next_request_ == trace_.size()) {
        for (DramChannel& channel : channels_) channel.flush(now);
      }
      for (DramChannel& channel : channels_) channel.run_until(now);
      collect();
      now = next_cycle(now);
    }
    return result();
  }

 private:
  bool busy() const {
    return std::any_of(channels_.begin(), channels_.end(), [](const DramChannel& c) { return c.busy(); });
  }

  /// A place among the outstanding is free from the cycle after its answer on.
  void offer(Cycle now) {
    while (!answers_.empty() && answers_.top() < now) answers_.pop();
    refused_ = false;
    for (uint32_t slot = 0; slot < params_.geometry.channels && next_request_ < trace_.size(); ++slot) {
      const TraceRequest& request = trace_[next_request_];
      if (request.cycle >= now || answers_.size() + unanswered_ >= max_outstanding_) return;
      const uint64_t burst = request.address / params_.geometry.burst_bytes();
      const DramPlace place = map_.place(burst);
      DramChannel& channel = channels_[place.channel];
      if (!channel.can_accept(request.write)) {
        refused_ = true;
        return;
      }
      DramTransaction transaction;
      transaction.burst = burst;
      transaction.bank = place.bank;
      transaction.row = place.row;
      transaction.write = request.write;
      channel.accept(transaction, now);
      ++unanswered_;
      ++next_request_;
    }
  }

  void collect() {
    for (DramChannel& channel : channels_) {
      for (const DramCompletion& completion : channel.completions()) {
        answers_.push(completion.done);
        last_answer_ = std::max(last_answer_, completion.done);
        --unanswered_;
      }
      channel.completions().clear();
    }
  }

  Cycle next_cycle(Cycle now) const {
    Cycle next = kNever;
    for (const DramChannel& channel : channels_) {
      if (channel.busy()) next = std::min(next, channel.next_event());
    }
    if (next_request_ == trace_.size()) return next;
    const TraceRequest& request = trace_[next_request_];
    if (answers_.size() + unanswered_ >= max_outstanding_) {
      if (!answers_.empty()) next = std::min(next, answers_.top() + 1);
    } else if (!refused_) {
      next = std::min(next, request.cycle + 1);
    }  // a full queue gains a place only when its channel moves, which ends a wait anyway
    return std::max(next, now + 1);
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

  const BankedParams& params_;
  const std::vector<TraceRequest>& trace_;
  uint64_t max_outstanding_;
  AddressMap map_;
  std::vector<DramChannel> channels_;
  std::priority_queue<Cycle, std::vector<Cycle>, std::greater<Cycle>> answers_;  ///< cycles of answers, ahead
  uint64_t unanswered_ = 0;  ///< accepted, the answer's cycle not yet known
  size_t next_request_ = 0;
  bool refused_ = false;
  Cycle last_answer_ = 0;
};

}  // namespace

TraceResult play_trace(const BankedParams& params, const std::vector<TraceRequest>& trace,
                       uint64_t max_outstanding) {
  return Player(params, trace, max_outstanding).play();
}

}  // namespace systole
