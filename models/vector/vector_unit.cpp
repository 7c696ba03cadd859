#include "models/vector/vector_unit.h"

namespace systole {

VectorUnit::VectorUnit(sc_core::sc_module_name name, const Params& params, const VectorBuffers& buffers,
                       TokenBoard& tokens, AccessOrder& order, MemoryImage* image)
    : sc_module(name), tokens_(tokens), order_(order), pass_(params, buffers, image), log_(basename()) {}

void VectorUnit::reset() {
  queue.reset();
  working_ = false;
  asleep_until_ = 0;
  activity_.reset();
  stats_ = {};
}

VectorStats VectorUnit::finish(Cycle end) {
  stats_.cycles = activity_.finish(end);
  return stats_;
}

bool VectorUnit::start(Cycle now) {
  if (working_ || !queue.can_pop(now) || !tokens_.satisfied(queue.front().wait, now)) return false;
  order_.begin(Unit::vector, now);
  const auto& vector = std::get<Vector>(queue.front().op);
  working_ = true;
  pass_.start(vector);
  log_.debug(now, "lane program over {} items", vector.count());
  queue.pop(now);
  return true;
}

Cycle VectorUnit::step(Cycle now) {
  if (now < asleep_until_) return asleep_until_;
  start(now);
  if (!working_) {
    activity_.set(queue.empty() ? Activity::idle : Activity::wait_input, now);
    return kNever;
  }
  const bool progressed = pass_.step(now, stats_);
  activity_.set(progressed ? Activity::busy : Activity::wait_output, now);
  if (pass_.done()) {
    working_ = false;
    order_.end(Unit::vector, now);
    tokens_.signal(Event::vector_done, now);
    return now + 1;
  }
  asleep_until_ = now + 1 + pass_.skip_execution();
  return asleep_until_;
}

}  // namespace systole
