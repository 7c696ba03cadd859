#include "models/memory/dram/dram.h"

#include <stdexcept>

#include "models/clones.h"

namespace systole {
namespace {

std::unique_ptr<DramTiming> make_timing(const DramParams& params) {
  switch (params.kind) {
    case DramKind::fixed:
      return make_fixed_timing(params);
    case DramKind::ideal:
      return make_ideal_timing(params);
    case DramKind::banked:
      break;
  }
  return std::make_unique<BankedTiming>(params);
}

}  // namespace

Dram::Dram(const DramParams& params, ClockDomain& clock)
    : clock_(clock),
      self_(clock.add(*this, 0)),
      burst_bytes_(params.burst_bytes),
      latency_ns_(params.kind == DramKind::ideal ? 0 : params.latency_ns),
      timing_(make_timing(params)),
      banked_(params.kind == DramKind::banked ? static_cast<BankedTiming*>(timing_.get()) : nullptr),
      most_in_flight_(params.kind == DramKind::banked ? ~uint32_t{0} : params.max_outstanding) {}

uint32_t Dram::attach(DramClient& client) {
  ports_.emplace_back().client = &client;
  return static_cast<uint32_t>(ports_.size() - 1);
}

void Dram::reset(uint64_t size) {
  size_ = size;
  waiting_.clear();
  freed_.clear();
  tickets_.clear();
  free_tickets_.clear();
  for (Port& side : ports_) {
    DramClient* const client = side.client;
    side = {};
    side.client = client;
  }
  in_flight_ = 0;
  begun_ = 0;
  works_ahead_ = clock_.calls_in_order() && !any_order_;
  due_ = woken_for_ = kNever;
  calling_ = kNobody;
  stats_ = {};
  timing_->reset();
}

SYSTOLE_FLATTEN DramNews Dram::call(const DramCalls& calls, Cycle from) {
  calling_ = calls.port;
  news_ = {};
  Port& side = ports_[calls.port];
  side.waits = calls.then_waits;
  if (calls.ends_response) {
    side.response_open = false;
    side.response_from = from;
    works_ahead_ ? void(--in_flight_) : void(freed_.add(from));
  }
  if (calls.begins_request) {
    if (works_ahead_ && waiting_.empty() && in_flight_ < most_in_flight_) {
      hand_over(calls.port, calls.request, from);
    } else {
      let_wait(calls, from);
    }
  }
  works_ahead_ ? do_certain(from) : wake_for(std::min(due_, from));
  calling_ = kNobody;
  return news_;
}

void Dram::let_wait(const DramCalls& calls, Cycle from) {
  waiting_.push_back({calls.port, calls.request, from});
}

void Dram::do_certain(Cycle from) {
  if (!waiting_.empty()) hand_over_due(from);
  settle(from - 1);
  wake_for(respond(0, from));
}

void Dram::wake_for(Cycle due) {
  due_ = due;
  if (due >= woken_for_) return;
  woken_for_ = due;
  self_.wake_at(due);
}

Cycle Dram::step(Cycle now) {
  if (now >= due_) due_ = work(now);
  return woken_for_ = due_;
}

SYSTOLE_FLATTEN Cycle Dram::work(Cycle now) {
  // 1. Answered requests leave their places.
  if (!freed_.empty()) free_places(now);
  // 2. Requests that may be acted on take them.
  if (!waiting_.empty()) hand_over_due(now);
  // 3. Time passes in the memory: up to now, and on as long as nobody can call.
  if (timing_->next() <= now) timing_->advance(now, quiet_until(now));
  // 4. Request phases of what was taken in end, answers line up.
  settle(now);
  // 5. Response phases open; clients may have been woken since.
  Cycle next = respond(now, quiet_until(now) + 1);
  for (const Waiting& request : waiting_) {
    if (request.from > now) next = std::min(next, request.from);
  }
  for (const Cycle from : freed_) next = std::min(next, from);
  return next;
}

void Dram::free_places(Cycle now) {
  const auto kept = std::remove_if(freed_.begin(), freed_.end(), [=](Cycle from) { return from <= now; });
  in_flight_ -= static_cast<uint32_t>(freed_.end() - kept);
  while (freed_.end() != kept) freed_.drop_back();
}

void Dram::hand_over_due(Cycle now) {
  for (std::size_t i = 0; i < waiting_.size() && in_flight_ < most_in_flight_;) {
    if (waiting_[i].from > now) {
      ++i;
      continue;
    }
    hand_over(waiting_[i].port, waiting_[i].call, now);
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void Dram::hand_over(uint32_t port, const DramCall& call, Cycle now) {
  const uint64_t first = call.address & ~(burst_bytes_ - 1);
  const uint64_t end = (call.address + call.bytes + burst_bytes_ - 1) & ~(burst_bytes_ - 1);
  if (free_tickets_.empty()) {
    free_tickets_.add(tickets_.size());
    tickets_.add({});
  }
  const uint32_t ticket = free_tickets_.back();
  free_tickets_.drop_back();
  tickets_[ticket] = {port, call.id, call.write, call.useful, begun_++};
  ports_[port].reads += !call.write;
  stats_.bus_bytes += end - first;
  ++in_flight_;
  const DramRequest request{ticket, first, end - first, call.write};
  const Cycle taken =
      banked_ != nullptr ? banked_->hand_over(request, now) : timing_->hand_over(request, now);
  if (taken != kNever) end_request(tickets_[ticket], taken);
}

void Dram::end_request(const InFlight& request, Cycle at) {
  (request.write ? stats_.write_bytes : stats_.read_bytes) += request.useful;
  clock_.progress();
  if (request.port == calling_) {
    news_.taken = at;
  } else {
    ports_[request.port].client->request_taken(request.id, at);
  }
}

/// Ends the request phases of what has been taken in, and lines up answers. What was taken in before
/// `earliest` has been missed.
void Dram::settle(Cycle earliest) {
  for (const DramTaken& taken : timing_->taken()) {
    if (taken.cycle < earliest) throw std::logic_error("a request was taken in while the memory slept");
    end_request(tickets_[taken.ticket], taken.cycle);
  }
  timing_->taken().clear();
  for (const DramCompletion& completion : timing_->completions()) {
    const InFlight& request = tickets_[completion.id];
    ports_[request.port].responses.push(
        {completion.done, completion.order, request.number, request.id, !request.write});
    free_tickets_.add(completion.id);
  }
  timing_->completions().clear();
}

/// Opens the response phases that are due in cycle `now` (0: none), and the next ones ahead of their time
/// where it is certain which they are: that saves steps. Calls to come are acted on from cycle `from` on.
/// Returns when there is more to do.
///
/// A port's next response is certain when no other can come before it. Writes are answered in the order in
/// which they are taken; what is yet to be taken is answered in the cycle after that at the earliest, and
/// nothing is where the client waits.
Cycle Dram::respond(Cycle now, Cycle from) {
  for (const Waiting& request : waiting_) from = std::min(from, request.from);
  Cycle next = timing_->next();
  for (uint32_t port = 0; port < ports_.size(); ++port) {
    const Port& side = ports_[port];
    const Cycle at = side.next_response();
    if (at == kNever) continue;
    const bool may_be_first = at <= from + 1 || (side.waits && waiting_.empty());
    const bool certain = timing_->in_order() || side.reads == 0 || (may_be_first && at < timing_->next());
    if (at <= now || (works_ahead_ && certain)) {
      open_response(port, std::max(at, now));
      from = std::min(from, std::max(at, now) + 1);
    } else {
      next = std::min(next, at);
    }
  }
  return next;
}

void Dram::open_response(uint32_t port, Cycle at) {
  Port& side = ports_[port];
  const DramResponse response = side.responses.front();
  side.responses.pop();
  side.response_open = true;
  side.reads -= response.read;
  clock_.progress();
  if (port == calling_) {
    news_.answered = at;
    news_.answered_id = response.id;
  } else {
    side.client->answered(response.id, at);
  }
}

/// No call counts before the cycle after this one: neither is the other side awake, nor is it answered.
Cycle Dram::quiet_until(Cycle now) const {
  if (!works_ahead_ || timing_->in_order()) return now;
  Cycle until = clock_.quiet_until();
  for (const Port& side : ports_) until = std::min(until, side.next_response());
  return std::max(until, now);
}

const DramStats& Dram::finish(uint64_t end_fs) {
  timing_->finish(clock_.first_cycle_from(end_fs), stats_);
  return stats_;
}

}  // namespace systole
