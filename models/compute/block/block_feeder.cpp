#include "models/compute/block/block_feeder.h"

#include <algorithm>

namespace systole {

void BlockFeeder::reset() {
  OperandFeeder::reset();
  shared_ = scheduled_ = false;
  forecast_in_ = nullptr;
  claimed_in_ = kNever;
  promised_from_ = promised_to_ = 0;
}

void BlockFeeder::begin() {
  OperandFeeder::begin();
  promised_to_ = promised_from_;
  scheduled_ = !shared_;
  const FeedSchedule& schedule = scheduler_.schedule(walk_, step_cycles_);
  cycles_ = schedule.cycles.data();
  schedule_ = schedule.number;
  walk_.buffer().count_read(tensor_, schedule.accesses, schedule.elements);
  if (walk_.is_scaled())
    walk_.buffer().count_read(exponent_tensor(), schedule.exponent_accesses, schedule.exponents);
  if (scheduled_) register_forecast();
}

void BlockFeeder::register_forecast() {
  SramBuffer& buffer = walk_.buffer();
  if (forecast_in_ != nullptr && forecast_in_ != &buffer) forecast_in_->clear_forecast(this);
  forecast_in_ = &buffer;
  const auto slot = [&](int64_t address) {
    return buffer.slot_of(static_cast<uint64_t>(std::max<int64_t>(address, 0)));
  };
  buffer.set_forecast({this, banks_at}, 1U << slot(walk_.lowest()) | 1U << slot(walk_.highest()));
}

void BlockFeeder::open_words() { claims_.add(scheduler_.banks_of(walk_, at_.tail)); }

void BlockFeeder::fetch(Cycle now) {
  if (!scheduled_) return fetch_by_claims(now);
  at_.advance([&] { left_ = cycles_[at_.tail]; }, [&] { return left_ != 0; },
              [&] {
                claimed_in_ = now;
                claimed_step_ = at_.tail;
                claimed_part_ = cycles_[at_.tail] - left_;
                return --left_ == 0;
              });
}

bool BlockFeeder::waits_for_bank() {
  if (!scheduled_ || step_cycles_ == 0) return OperandFeeder::waits_for_bank();
  return !banks_in_part(at_.tail, cycles_[at_.tail] - left_).empty();
}

/// Cycles that are all alike: in each the next step is read, in one cycle at most.
uint64_t BlockFeeder::alike_cycles(uint64_t most) const {
  if (at_.reading && left_ != cycles_[at_.tail]) return 0;
  const uint64_t ahead = at_.tail - at_.head, reach = std::min(most, at_.steps - at_.tail);
  const uint32_t *next = cycles_ + at_.tail, *end = next + reach;
  if (ahead == kBlocksAhead - 1) {  // full: one more step in each cycle, open or not
    const uint32_t* slow = std::find_if(next, end, [](uint32_t cycles) { return cycles > 1; });
    return slow == end ? most : static_cast<uint64_t>(slow - next);
  }
  // Not full: steps that open nothing would let it catch up.
  const uint32_t* other = std::find_if(next, end, [](uint32_t cycles) { return cycles != 1; });
  if (other != end) return static_cast<uint64_t>(other - next) - (*other == 0 && other != next ? 1 : 0);
  if (at_.tail + reach == at_.steps || reach == 0) return most;
  return *end == 0 ? most - 1 : most;
}

uint64_t BlockFeeder::plan_cycles(uint64_t most) {
  const uint32_t left = at_.reading ? left_ : 0;
  Plan& plan = plans_[(at_.head * 7 + at_.tail * 3 + schedule_ * 5) % plans_.size()];
  const bool known = plan.begins(schedule_, at_, left) && (most <= plan.asked || plan.cycles < plan.asked);
  if (!known) {
    plan.schedule = schedule_;
    plan.from = at_;
    plan.left = left;
    work_out(plan, most);
  }
  plan_ = &plan;
  return std::min(most, plan.cycles);
}

/// Reads ahead of time, as fetch() will.
void BlockFeeder::work_out(Plan& plan, uint64_t most) const {
  ReadAhead at = plan.from;
  uint32_t left = plan.left;
  plan.asked = plan.cycles = most;
  plan.ahead.resize(std::max<std::size_t>(plan.ahead.size(), most));
  for (uint64_t cycle = 0; cycle < most; ++cycle, ++at.head) {
    Ahead& now = plan.ahead[cycle];
    now.claims = false;
    at.advance([&] { left = cycles_[at.tail]; }, [&] { return left != 0; },
               [&] {
                 now.claims = true;
                 now.step = static_cast<uint32_t>(at.tail);
                 now.part = cycles_[at.tail] - left;
                 return --left == 0;
               });
    if (at.head == at.tail) {
      plan.cycles = cycle;
      return;
    }
    now.left = at.reading ? left : 0;
    now.tail = at.tail;
  }
}

uint64_t BlockFeeder::even_cycles(uint64_t most) {
  if (!scheduled_ || at_.tail - at_.head == kBlocksAhead)
    return 0;  // full: it reads again a cycle after it is taken from
  most = std::min(most, at_.steps - at_.head);
  const uint64_t alike = alike_cycles(most);
  alike_ = alike >= std::min(most, kWorthwhile);
  return alike_ ? alike : plan_cycles(most);
}

void BlockFeeder::promise(Cycle from, uint64_t cycles) {
  promised_from_ = from;
  promised_to_ = from + cycles;
}

void BlockFeeder::keep_promise(uint64_t cycles) {
  promised_to_ = promised_from_;
  at_.head += cycles;
  if (alike_) {
    at_.tail = std::min(at_.steps, at_.tail + cycles);
    at_.reading = false;
  } else if (cycles != 0) {
    at_.tail = plan_->ahead[cycles - 1].tail;
    left_ = plan_->ahead[cycles - 1].left;
    at_.reading = left_ != 0;
  }
}

const std::vector<uint32_t>& BlockFeeder::banks_at(void* self, Cycle cycle) {
  static const std::vector<uint32_t> kNone;
  BlockFeeder& feeder = *static_cast<BlockFeeder*>(self);
  if (cycle >= feeder.promised_from_ && cycle < feeder.promised_to_) {
    const uint64_t ahead = cycle - feeder.promised_from_;
    if (!feeder.alike_) {
      const Ahead& then = feeder.plan_->ahead[ahead];
      return then.claims ? feeder.banks_in_part(then.step, then.part) : kNone;
    }
    const uint64_t step = feeder.at_.tail + ahead;
    if (step >= feeder.at_.steps || feeder.cycles_[step] == 0) return kNone;
    return feeder.scheduler_.banks_of(feeder.walk_, step);
  }
  if (cycle != feeder.claimed_in_) return kNone;
  return feeder.banks_in_part(feeder.claimed_step_, feeder.claimed_part_);
}

/// What is claimed in cycle `part` of a step whose words share banks: each bank gives all its ports as long
/// as it has words.
const std::vector<uint32_t>& BlockFeeder::banks_in_part(uint64_t step, uint32_t part) {
  const std::vector<uint32_t>& all = scheduler_.banks_of(walk_, step);
  if (cycles_[step] == 1) return all;
  const uint32_t ports = walk_.buffer().ports();
  banks_.clear();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto before =
        static_cast<uint64_t>(std::count(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(i), all[i]));
    if (before / ports == part) banks_.push_back(all[i]);
  }
  return banks_;
}

void BlockFeeder::share_buffer() {
  shared_ = true;
  if (forecast_in_ != nullptr) forecast_in_->clear_forecast(this);
  forecast_in_ = nullptr;
  if (!scheduled_) return;
  scheduled_ = false;
  const uint32_t spent = at_.reading ? cycles_[at_.tail] - left_ : 0;
  at_.reading = spent != 0;
  if (!at_.reading) return;
  generating_ = step_cycles_ - std::min(step_cycles_, spent);
  for (uint32_t part = spent; part < cycles_[at_.tail]; ++part) {
    claims_.add(banks_in_part(at_.tail, part));
  }
}

}  // namespace systole
