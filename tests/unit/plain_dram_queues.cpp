// What a plain channel takes in, moves, answers and counts.
#include <algorithm>

#include "plain_dram_channel.h"

namespace systole {
namespace {

constexpr uint32_t kMostBatches = 3;

}  // namespace

void PlainChannel::accept(const PlainRequest& request, Cycle now) {
  const bool written = find(request.burst, true);
  if (request.write) {
    note(now + 1);
    if (written) return void(++stats_.merged);
  } else if (written) {
    ++stats_.forwarded;
    return tell(request, now + 1);
  } else if (find(request.burst, false)) {
    ++stats_.merged;
    return sharers_.push_back(request);
  }
  (request.write ? writes_ : reads_).push_back(request);
  last_push_ = now;
  flushing_ = false;
}

const ChannelStats& PlainChannel::finish(Cycle end) {
  if (end >= data_end_) {
    name_gap(end - data_end_);
  } else {
    stats_.bus.data -= std::min<uint64_t>(stats_.bus.data, data_end_ - end);
  }
  return stats_;
}

size_t PlainChannel::answered(Cycle now) {
  const auto rest = answers_.lower_bound(now);
  const auto count = static_cast<size_t>(std::distance(answers_.begin(), rest));
  answers_.erase(answers_.begin(), rest);
  return count;
}

bool PlainChannel::find(uint64_t burst, bool write) const {
  const auto same = [&](const PlainRequest& r) { return r.burst == burst && r.write == write; };
  const auto& queue = write ? writes_ : reads_;
  return std::any_of(queue.begin(), queue.end(), same) ||
         std::any_of(banks_.begin(), banks_.end(), [&](const PlainBank& bank) {
           return std::any_of(bank.queue.begin(), bank.queue.end(), same);
         });
}

void PlainChannel::note(Cycle done) {
  answers_.insert(done);
  last_answer_ = std::max(last_answer_, done);
}

void PlainChannel::tell(const PlainRequest& read, Cycle done) {
  note(done);
  stats_.read_latency.add(done - read.accepted);
}

void PlainChannel::answer(const PlainRequest& read, Cycle done) {
  tell(read, done);
  for (size_t i = 0; i < sharers_.size();) {
    if (sharers_[i].burst == read.burst) {
      tell(sharers_[i], done);
      sharers_.erase(sharers_.begin() + i);
    } else {
      ++i;
    }
  }
}

void PlainChannel::data(Cycle begin) {
  name_gap(begin - data_end_);
  data_end_ = begin + p_.geometry.burst_cycles;
  stats_.bus.data += p_.geometry.burst_cycles;
  stats_.last_data = data_end_;
}

void PlainChannel::name_gap(Cycle gap) {
  for (; gap != 0; --gap) {
    if (unrequested_ != 0) {
      --unrequested_, ++stats_.bus.no_request;
    } else if (refreshing_ != 0) {
      --refreshing_, ++stats_.bus.refresh;
    } else {
      ++stats_.bus.timing;
    }
  }
  unrequested_ = refreshing_ = 0;
}

void PlainChannel::count(Cycle now) {
  const bool requested = !banks_empty() || !reads_.empty() || left_ != 0;
  if (!requested) {
    ++unrequested_;
  } else if (refresh_pending_ || now < refreshing_until_) {
    ++refreshing_;
  }
  stats_.queued_read_cycles += reads_.size();
  stats_.queued_write_cycles += writes_.size();
  const uint32_t per_rank = p_.geometry.bank_groups * p_.geometry.banks;
  for (size_t first = 0; first < banks_.size(); first += per_rank) {
    const bool open = std::any_of(banks_.begin() + first, banks_.begin() + first + per_rank,
                                  [](const PlainBank& bank) { return bank.row >= 0; });
    ++(open ? stats_.active_rank_cycles : stats_.idle_rank_cycles);
  }
}

void PlainChannel::begin_batch(Cycle now) {
  const uint64_t queued = writes_.size();
  const bool nothing_else = queued != 0 && reads_.empty() &&
                            (flushing_ ? last_push_ : last_push_ + p_.controller.idle_drain) <= now;
  const bool at_leisure = banks_empty() && (queued > p_.controller.write_low || nothing_else);
  const bool owed = std::any_of(reads_.begin(), reads_.end(),
                                [](const PlainRequest& read) { return read.batches >= kMostBatches; });
  if ((queued >= p_.controller.write_queue || at_leisure) && !owed) batch_ = left_ = queued;
}

void PlainChannel::end_batch() {
  const bool moved = left_ != batch_;
  batch_ = left_ = 0;
  if (!moved) return;
  for (PlainRequest& read : reads_) ++read.batches;
}

void PlainChannel::move(Cycle now) {
  if (left_ == 0) begin_batch(now);
  if (left_ != 0) {
    const auto write = first_with_room(writes_);
    if (write == writes_.end()) return;
    if (!find(write->burst, false)) {
      send(writes_, write);
      if (--left_ == 0) end_batch();
      return;
    }
    end_batch();
  }
  const auto read = first_with_room(reads_);
  if (read != reads_.end()) send(reads_, read);
}

std::vector<PlainRequest>::iterator PlainChannel::first_with_room(std::vector<PlainRequest>& queue) {
  return std::find_if(queue.begin(), queue.end(), [&](const PlainRequest& r) {
    return banks_[r.bank].queue.size() < p_.controller.bank_queue;
  });
}

void PlainChannel::send(std::vector<PlainRequest>& queue, std::vector<PlainRequest>::iterator request) {
  request->came = came_++;
  banks_[request->bank].queue.push_back(*request);
  queue.erase(request);
}

}  // namespace systole
