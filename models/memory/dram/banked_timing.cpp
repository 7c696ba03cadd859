#include "models/memory/dram/banked_timing.h"

#include <stdexcept>

namespace systole {

BankedTiming::BankedTiming(const DramParams& params)
    : DramTiming(false),
      burst_bytes_(params.banked.geometry.burst_bytes()),
      burst_shift_(__builtin_ctzll(burst_bytes_)),
      burst_mask_(params.banked.geometry.capacity() / burst_bytes_ - 1),
      map_(params.banked.address_map, params.banked.geometry),
      channels_(params.banked.geometry.channels, Channel(params.banked)),
      read_cycles_(params.banked.timing.cl + params.banked.geometry.burst_cycles) {}

void BankedTiming::reset() {
  for (Channel& channel : channels_) {
    channel.controller.reset();
    channel.free_from = 0;
    channel.answers_from = kNever;
  }
  next_ = kNever;
  under_way_.clear();
  taken_.clear();
  completions_.clear();
  waiting_.clear();
  admit_from_ = kNever;
}

void BankedTiming::advance(Cycle now, Cycle until) {
  for (Cycle event = now; event <= until;) {
    now = event;
    admit(now);
    event = admit_from_;
    for (Channel& channel : channels_) {
      channel.controller.work_until(now);
      look_at_again(channel);
      event = std::min(event, channel.controller.next_event());
    }
    for (const DramCompletion& answer : completions_) until = std::min(until, answer.done);
    if (!taken_.empty()) break;
  }
  find_next();
}

bool BankedTiming::idle() const {
  return waiting_.empty() && std::none_of(channels_.begin(), channels_.end(),
                                          [](const Channel& c) { return c.controller.busy(); });
}

Cycle BankedTiming::drained() const {
  Cycle last = 0;
  for (const Channel& channel : channels_) last = std::max(last, channel.controller.stats().last_data);
  return last;
}

void BankedTiming::finish(Cycle end, DramStats& stats) {
  stats.channels.clear();
  stats.total = {};
  for (Channel& channel : channels_) {
    stats.channels.push_back(channel.controller.finish(end));
    stats.total.add(stats.channels.back());
  }
  const ChannelStats& s = stats.total;
  if (s.reads + s.writes + s.forwarded + s.merged != stats.bus_bytes / burst_bytes_) {
    throw std::logic_error("a burst of the DRAM got lost");
  }
}

Cycle BankedTiming::line_up(Waiting request, Cycle now) {
  if (waiting_.empty()) {
    Cycle last = take_in(request, now, now, true);
    // Alone at the only channel, with room for all of it, nothing can come in between any more.
    const bool room = channels_.size() == 1 && channels_[0].controller.room(request.write) >= request.left;
    if (request.left != 0 && room) last = take_in(request, now + 1, now + request.left, true);
    if (request.left == 0) {
      admit_from_ = kNever;
      return last;
    }
    waiting_.push_back(request);
    return kNever;
  }
  waiting_.push_back(request);
  admit_from_ = now;
  admit(now);
  return kNever;
}

Cycle BankedTiming::take_in(Waiting& request, Cycle now, Cycle until, bool alone) {
  for (;;) {
    const uint32_t number = request.place.channel;
    Channel& channel = channels_[number];
    DramChannel& controller = channel.controller;
    bool room = true;
    do {
      now = std::max(now, std::min(channel.free_from, until));
      controller.run_until(now - 1);
      room = controller.can_accept(request.write);
      if (!room || channel.free_from > now) break;
      take_burst(request, channel, now);
      // Others may wait for what is stirred.
      if (!alone) admit_from_ = std::min(admit_from_, controller.next_event() + 1);
    } while (request.left != 0 && request.place.channel == number);
    look_at_again(channel);
    if (request.left == 0) return now;
    if (request.place.channel != number) continue;
    const Cycle more_from =
        room ? channel.free_from : std::max(channel.free_from, controller.next_event() + 1);
    admit_from_ = std::min(admit_from_, more_from);
    return now;
  }
}

void BankedTiming::admit_all(Cycle limit) {
  while (admit_from_ <= limit) {
    const Cycle now = admit_from_;
    admit_from_ = kNever;
    for (std::size_t i = 0; i < waiting_.size();) {
      const bool alone = waiting_.size() == 1;
      const Cycle last = take_in(waiting_[i], now, alone ? limit : now, alone);
      if (waiting_[i].left != 0) {
        ++i;
        continue;
      }
      taken_.add({waiting_[i].ticket, last});
      waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  if (waiting_.empty()) admit_from_ = kNever;
}

Cycle BankedTiming::earliest_taken(const Waiting& request) const {
  if (channels_.size() != 1) return admit_from_;
  const DramChannel& channel = channels_[0].controller;
  const Cycle one_a_cycle = admit_from_ + request.left - 1;
  if (waiting_.size() != 1 || channel.can_accept(request.write)) return one_a_cycle;
  uint64_t banks = 0;
  for (Waiting rest = request; rest.left != 0; step_over(rest)) {
    if (channel.may_share(rest.burst)) return one_a_cycle;
    banks |= uint64_t{1} << rest.place.bank;
  }
  return std::max(one_a_cycle, channel.earliest_room(request.write, request.left, banks));
}

}  // namespace systole
