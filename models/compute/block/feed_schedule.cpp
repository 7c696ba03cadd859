#include "models/compute/block/feed_schedule.h"

#include <algorithm>
#include <numeric>

namespace systole {

std::size_t FeedScheduler::KeyHash::operator()(const std::vector<int64_t>& key) const {
  uint64_t hash = key.size();
  for (int64_t part : key) {
    hash = (hash ^ static_cast<uint64_t>(part)) * 0x9E3779B97F4A7C15;
    hash ^= hash >> 32;
  }
  return hash;
}

uint32_t FeedScheduler::turn_of(const OperandWalk& walk) {
  return walk.in_one_slot()
             ? static_cast<uint32_t>(walk.buffer().word_of(walk.anchor()) % walk.buffer().banks())
             : 0;
}

const FeedSchedule& FeedScheduler::schedule(const OperandWalk& walk, uint32_t step_cycles) {
  key_.swap(last_key_);
  key_.clear();
  key_.push_back(step_cycles);
  walk.append_key(key_);
  turn_ = turn_of(walk);
  first_bank_ = walk.in_one_slot() ? walk.buffer().slot_of(walk.anchor()) * walk.buffer().banks() : 0;
  if (present_ != nullptr && key_ == last_key_) return *present_;
  const auto known = cache_.find(key_);
  if (known != cache_.end()) return *(present_ = &known->second);
  FeedSchedule schedule;
  work_out(walk, schedule);
  for (uint32_t& cycles : schedule.cycles) cycles = std::max(cycles, step_cycles);
  schedule.accesses = schedule.banks.size() - schedule.exponent_accesses;
  schedule.number = ++made_;
  const std::size_t size = 2 * walk.steps() + key_.size() + schedule.banks.size();
  if (kept_ + size > kMostKept) {
    cache_.clear();
    kept_ = 0;
  }
  kept_ += size;
  return *(present_ = &(cache_[key_] = std::move(schedule)));
}

uint32_t FeedScheduler::cycles_of(const SramBuffer& buffer) {
  if (banks_.empty()) return 0;
  claims_.resize(buffer.bank_count(), 0);
  uint32_t most = 0;
  for (uint32_t bank : banks_) most = std::max(most, ++claims_[bank]);
  for (uint32_t bank : banks_) claims_[bank] = 0;
  return (most + buffer.ports() - 1) / buffer.ports();
}

void FeedScheduler::work_out(const OperandWalk& walk, FeedSchedule& schedule) {
  schedule.cycles.reserve(walk.steps());
  schedule.ends.reserve(walk.steps());
  addresses_.resize(std::max(addresses_.size(), walk.widest_row()));
  latches_.reset(walk.latches());
  for (uint64_t step = 0; step < walk.steps();) {
    const uint64_t end = walk.in_one_slot() ? walk.run_end(step) : step, period = period_of(walk);
    add_step(walk, step, schedule);
    if (end <= step + period + 2) {
      ++step;
      continue;
    }
    // From the second step of a run on, each is the one a period earlier, whole words further on.
    for (uint64_t i = 1; i <= period; ++i) add_step(walk, step + i, schedule);
    repeat(walk, step + 1, end, period, schedule);
    step = end;
  }
}

/// After how many steps of a run all its addresses have moved by whole words.
uint64_t FeedScheduler::period_of(const OperandWalk& walk) {
  const int64_t word = 8 * int64_t{walk.buffer().word_bytes()};
  return static_cast<uint64_t>(word / std::gcd(word, walk.k_table().stride() * walk.depth()));
}

/// Opens the words of one step.
void FeedScheduler::add_step(const OperandWalk& walk, uint64_t step, FeedSchedule& schedule) {
  const uint32_t turn = turn_of(walk), mask = walk.buffer().banks() - 1;
  banks_.clear();
  latches_.begin_step();
  for (uint32_t r = 0; r < walk.rows_per_step(); ++r) {
    const OperandWalk::Row row = walk.addresses(step, r, addresses_.data());
    const int64_t* at = addresses_.data();
    uint64_t zeros = 0;
    for (std::size_t p = 0; p < row.ports; ++p) zeros += at[p] < 0;
    const std::size_t before = banks_.size();
    latches_.open(walk.buffer(), at, row.ports, row.first_latch, banks_);
    if (row.kind == RowKind::elements) schedule.elements += row.ports - zeros;
    if (row.kind == RowKind::exponents) {
      schedule.exponents += row.ports - zeros;
      schedule.exponent_accesses += banks_.size() - before;
    }
  }
  schedule.cycles.push_back(cycles_of(walk.buffer()));
  const std::size_t first = schedule.banks.size();
  schedule.banks.insert(schedule.banks.end(), banks_.begin(), banks_.end());
  if (walk.in_one_slot()) {
    for (std::size_t b = first; b < schedule.banks.size(); ++b)
      schedule.banks[b] = (schedule.banks[b] - turn) & mask;
  }
  schedule.ends.push_back(static_cast<uint32_t>(schedule.banks.size()));
}

/// Adds the steps up to `end`, given those of a period from `first` on.
void FeedScheduler::repeat(const OperandWalk& walk, uint64_t first, uint64_t end, uint64_t period,
                           FeedSchedule& schedule) {
  const uint32_t mask = walk.buffer().banks() - 1;
  const int64_t bits = static_cast<int64_t>(period * walk.depth()) * walk.k_table().stride();
  const auto turn = static_cast<uint32_t>(bits >> 3 >> walk.buffer().word_shift());
  const std::size_t begin = schedule.ends[first - 1], length = schedule.ends[first + period - 1] - begin;
  const std::size_t steps = end - (first + period), tail = steps % period;
  const std::size_t total =
      steps / period * length + (tail == 0 ? 0 : schedule.ends[first + tail - 1] - begin);
  schedule.banks.resize(begin + length + total);
  uint32_t* banks = schedule.banks.data() + begin;
  for (std::size_t i = 0; i < total; ++i) banks[length + i] = (banks[i] + turn) & mask;
  for (uint64_t step = first + period; step < end; ++step) {
    schedule.cycles.push_back(schedule.cycles[step - period]);
    schedule.ends.push_back(schedule.ends[step - period] + static_cast<uint32_t>(length));
  }
  uint64_t inside = 0;
  for (uint32_t z = 0; z < walk.depth(); ++z) {
    const OperandWalk::Row row = walk.addresses(end - 1, z, addresses_.data());
    for (std::size_t p = 0; p < row.ports; ++p) {
      if (addresses_[p] < 0) continue;
      latches_.hold(p, walk.buffer().word_of(static_cast<uint64_t>(addresses_[p]) >> 3));
      ++inside;
    }
  }
  schedule.elements += inside * steps;
}

const std::vector<uint32_t>& FeedScheduler::banks_of(const OperandWalk& walk, uint64_t step) {
  const auto begin = present_->banks.begin() + (step == 0 ? 0 : present_->ends[step - 1]);
  const auto end = present_->banks.begin() + present_->ends[step];
  banks_.assign(begin, end);
  if (!walk.in_one_slot()) return banks_;
  const uint32_t mask = walk.buffer().banks() - 1;
  for (uint32_t& bank : banks_) bank = ((bank + turn_) & mask) + first_bank_;
  return banks_;
}

}  // namespace systole
