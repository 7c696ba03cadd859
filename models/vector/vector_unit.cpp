#include "models/vector/vector_unit.h"

namespace systole {

VectorUnit::VectorUnit(sc_core::sc_module_name name, const Params& params, const VectorBuffers& buffers,
                       TokenBoard& tokens, AccessOrder& order, MemoryImage* image)
    : sc_module(name),
      tokens_(tokens),
      order_(order),
      elementwise_(params.lanes, buffers, image),
      kernel_(params, buffers, image),
      log_(basename()) {}

void VectorUnit::reset() {
  queue.reset();
  work_ = Work::none;
  asleep_until_ = 0;
  activity_.reset();
  stats_ = {};
}

VectorStats VectorUnit::finish(Cycle end) {
  stats_.cycles = activity_.finish(end);
  return stats_;
}

bool VectorUnit::start(Cycle now) {
  if (work_ != Work::none || !queue.can_pop(now) || !tokens_.satisfied(queue.front().wait, now)) return false;
  order_.begin(Unit::vector, now);
  if (const auto* op = std::get_if<VectorOp>(&queue.front().op)) {
    work_ = Work::elementwise;
    elementwise_.start(*op);
    log_.debug(now, "pass over {} elements", elementwise_.elements());
  } else {
    const auto& kernel = std::get<VectorKernel>(queue.front().op);
    work_ = Work::kernel;
    kernel_.start(kernel);
    log_.debug(now, "lane program over {} items", kernel.count());
  }
  queue.pop(now);
  return true;
}

Cycle VectorUnit::step(Cycle now) {
  if (now < asleep_until_) return asleep_until_;
  start(now);
  if (work_ == Work::none) {
    activity_.set(queue.empty() ? Activity::idle : Activity::wait_input, now);
    return kNever;
  }
  const bool elementwise = work_ == Work::elementwise;
  const bool progressed = elementwise ? elementwise_.step(now, stats_) : kernel_.step(now, stats_);
  activity_.set(progressed ? Activity::busy : Activity::wait_output, now);
  if (elementwise ? elementwise_.done() : kernel_.done()) {
    work_ = Work::none;
    order_.end(Unit::vector, now);
    tokens_.signal(Event::vector_done, now);
    return now + 1;
  }
  asleep_until_ = now + 1 + (elementwise ? 0 : kernel_.skip_execution());
  return asleep_until_;
}

}  // namespace systole
