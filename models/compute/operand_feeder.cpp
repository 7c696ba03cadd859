#include "models/compute/operand_feeder.h"

#include <algorithm>

namespace systole {

OperandFeeder::OperandFeeder(sc_core::sc_module_name name, Tensor tensor, Stepping stepping)
    : sc_module(name), tensor_(tensor), exact_(stepping == Stepping::exact) {}

void OperandFeeder::reset() {
  shared_ = scheduled_ = false;
  forecast_in_ = nullptr;
  steps_ = head_ = tail_ = 0;
  claimed_in_ = kNever;
  promised_from_ = promised_to_ = 0;
}

void OperandFeeder::begin(const BlockLayout& layout) {
  layout_ = layout;
  steps_ = walk_.steps();
  head_ = tail_ = 0;
  claiming_ = counted_ = false;
  promised_to_ = promised_from_;
  const uint64_t ports = walk_.widest_row() * walk_.rows_per_step();
  step_cycles_ = index_rate_ == 0 ? 0 : static_cast<uint32_t>((ports + index_rate_ - 1) / index_rate_);
  generating_ = 0;
  scheduled_ = !exact_ && !shared_;
  if (!scheduled_) {
    begin_claiming();
    return;
  }
  const FeedSchedule& schedule = scheduler_.schedule(walk_, step_cycles_);
  cycles_ = schedule.cycles.data();
  walk_.buffer().count_read(tensor_, schedule.accesses, schedule.elements);
  register_forecast();
}

void OperandFeeder::register_forecast() {
  SramBuffer& buffer = walk_.buffer();
  if (forecast_in_ != nullptr && forecast_in_ != &buffer) forecast_in_->clear_forecast(this);
  forecast_in_ = &buffer;
  const auto slot = [&](int64_t address) {
    return buffer.slot_of(static_cast<uint64_t>(std::max<int64_t>(address, 0)));
  };
  buffer.set_forecast({this, banks_at}, 1U << slot(walk_.lowest()) | 1U << slot(walk_.highest()));
}

void OperandFeeder::begin_claiming() {
  reader_.begin(walk_, layout_);
  claims_.clear();
  claims_.room(reader_.most_words());
  ring_.assign(kAhead * layout_.size, layout_.fill);
}

/// Reads the elements of the next step and asks for the words they lie in.
void OperandFeeder::read_step() {
  Lane* block = ring_.data() + tail_ % kAhead * layout_.size;
  const StepReader::Read read = reader_.read(tail_, block, claims_.room(reader_.most_words()));
  claims_.set(read.words);
  if (!counted_) walk_.buffer().count_read(tensor_, read.words, read.elements);
}

void OperandFeeder::fetch_claiming(Cycle now) {
  bool claimed = false;
  while (tail_ < steps_ && tail_ - head_ < kAhead) {
    if (!claiming_) {
      read_step();
      claiming_ = true;
      generating_ = step_cycles_;
    }
    if (!claims_.settled() || generating_ != 0) {
      if (claimed) return;  // the banks work for one step a cycle
      claimed = true;
      if (generating_ != 0) --generating_;
      if (!claims_.settled() && !claims_.claim(walk_.buffer(), now)) return;
      if (generating_ != 0) return;
    }
    claiming_ = false;
    ++tail_;
  }
}

void OperandFeeder::fetch_scheduled(Cycle now) {
  bool claimed = false;
  while (tail_ < steps_ && tail_ - head_ < kAhead) {
    if (!claiming_) {
      left_ = cycles_[tail_];
      claiming_ = true;
    }
    if (left_ != 0) {
      if (claimed) return;
      claimed = true;
      claimed_in_ = now;
      claimed_step_ = tail_;
      claimed_part_ = cycles_[tail_] - left_;
      if (--left_ != 0) return;
    }
    claiming_ = false;
    ++tail_;
  }
}

bool OperandFeeder::waits_for_bank() {
  if (step_cycles_ == 0) return true;
  if (!scheduled_) return !claims_.settled();
  return !banks_in_part(tail_, cycles_[tail_] - left_).empty();
}

/// Cycles that are all alike: in each the next step is read, in one cycle at most.
uint64_t OperandFeeder::alike_cycles(uint64_t most) const {
  if (claiming_ && left_ != cycles_[tail_]) return 0;
  const uint64_t ahead = tail_ - head_, reach = std::min(most, steps_ - tail_);
  const uint32_t *next = cycles_ + tail_, *end = next + reach;
  if (ahead == kAhead - 1) {  // full: one more step in each cycle, open or not
    const uint32_t* slow = std::find_if(next, end, [](uint32_t cycles) { return cycles > 1; });
    return slow == end ? most : static_cast<uint64_t>(slow - next);
  }
  // Not full: steps that open nothing would let it catch up.
  const uint32_t* other = std::find_if(next, end, [](uint32_t cycles) { return cycles != 1; });
  if (other != end) return static_cast<uint64_t>(other - next) - (*other == 0 && other != next ? 1 : 0);
  if (tail_ + reach == steps_ || reach == 0) return most;
  return *end == 0 ? most - 1 : most;
}

/// Reads ahead of time, as fetch_scheduled() will.
uint64_t OperandFeeder::plan_cycles(uint64_t most) {
  uint64_t head = head_, tail = tail_;
  uint32_t left = claiming_ ? left_ : 0;
  bool claiming = claiming_;
  ahead_.resize(std::max<std::size_t>(ahead_.size(), most));
  for (uint64_t cycle = 0; cycle < most; ++cycle, ++head) {
    Ahead& now = ahead_[cycle];
    now.claims = false;
    while (tail < steps_ && tail - head < kAhead) {
      if (!claiming) left = cycles_[tail];
      claiming = true;
      if (left != 0) {
        if (now.claims) break;
        now.claims = true;
        now.step = static_cast<uint32_t>(tail);
        now.part = cycles_[tail] - left;
        if (--left != 0) break;
      }
      claiming = false;
      ++tail;
    }
    if (head == tail) return cycle;
    now.left = claiming ? left : 0;
    now.tail = tail;
  }
  return most;
}

uint64_t OperandFeeder::even_cycles(uint64_t most) {
  if (!scheduled_ || tail_ - head_ == kAhead)
    return 0;  // full: it reads again a cycle after it is taken from
  most = std::min(most, steps_ - head_);
  const uint64_t alike = alike_cycles(most);
  alike_ = alike >= std::min(most, kWorthwhile);
  return alike_ ? alike : plan_cycles(most);
}

void OperandFeeder::promise(Cycle from, uint64_t cycles) {
  promised_from_ = from;
  promised_to_ = from + cycles;
}

void OperandFeeder::keep_promise(uint64_t cycles) {
  promised_to_ = promised_from_;
  head_ += cycles;
  if (alike_) {
    tail_ = std::min(steps_, tail_ + cycles);
    claiming_ = false;
  } else if (cycles != 0) {
    tail_ = ahead_[cycles - 1].tail;
    left_ = ahead_[cycles - 1].left;
    claiming_ = left_ != 0;
  }
}

const std::vector<uint32_t>& OperandFeeder::banks_at(void* self, Cycle cycle) {
  static const std::vector<uint32_t> kNone;
  OperandFeeder& feeder = *static_cast<OperandFeeder*>(self);
  if (cycle >= feeder.promised_from_ && cycle < feeder.promised_to_) {
    const uint64_t ahead = cycle - feeder.promised_from_;
    if (!feeder.alike_) {
      const Ahead& then = feeder.ahead_[ahead];
      return then.claims ? feeder.banks_in_part(then.step, then.part) : kNone;
    }
    const uint64_t step = feeder.tail_ + ahead;
    if (step >= feeder.steps_ || feeder.cycles_[step] == 0) return kNone;
    return feeder.scheduler_.banks_of(feeder.walk_, step);
  }
  if (cycle != feeder.claimed_in_) return kNone;
  return feeder.banks_in_part(feeder.claimed_step_, feeder.claimed_part_);
}

/// What is claimed in cycle `part` of a step whose words share banks: each bank gives all its ports as long
/// as it has words.
const std::vector<uint32_t>& OperandFeeder::banks_in_part(uint64_t step, uint32_t part) {
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

void OperandFeeder::share_buffer() {
  shared_ = true;
  if (forecast_in_ != nullptr) forecast_in_->clear_forecast(this);
  forecast_in_ = nullptr;
  if (!scheduled_) return;
  scheduled_ = false;
  counted_ = true;
  begin_claiming();
  claiming_ = claiming_ && left_ != cycles_[tail_];
  const uint32_t spent = claiming_ ? cycles_[tail_] - left_ : 0;
  generating_ = claiming_ ? step_cycles_ - std::min(step_cycles_, spent) : 0;
  WordLatches latches;
  scheduler_.open_before(walk_, tail_ + (claiming_ ? 1 : 0), latches);
  reader_.hold(latches);
  if (!claiming_) return;
  for (uint32_t part = cycles_[tail_] - left_; part < cycles_[tail_]; ++part) {
    for (uint32_t bank : banks_in_part(tail_, part)) claims_.add(bank);
  }
}

}  // namespace systole
