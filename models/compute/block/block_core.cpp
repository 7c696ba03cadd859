#include "models/compute/block/block_core.h"

#include <algorithm>

#include "models/clones.h"

namespace systole {

void BlockCore::reset() {
  ComputeCore::reset();
  stretch_ = {};
  buffers_shared_ = false;
  results_in_ = nullptr;
}

SYSTOLE_FLATTEN Cycle BlockCore::step(Cycle now) {
  if (stretch_.begin != stretch_.end) end_stretch(now);
  const Cycle next = step_once(now);
  if (next != now + 1) return next;
  const Stretch stretch = stretch_from(next);
  if (stretch.end <= stretch.begin + 2) return next;
  begin_stretch(stretch);
  return stretch.end;
}

/// A MatMul's parts use their buffers until it is done; words of results that waited use theirs in the cycle
/// in which it ends, too.
bool BlockCore::parts_share_buffers(Cycle now) {
  enum User : uint8_t { nobody, input, weight, results };
  std::array<User, kBufferCount> users{};
  bool shared = false;
  if (late_results_in_ == now) {
    const auto at = std::find(parts_.buffers.begin(), parts_.buffers.end(), &accumulators_.buffer());
    users[static_cast<std::size_t>(at - parts_.buffers.begin())] = results;
  }
  for (const MatMulUnderWay& op : ops_) {
    const std::pair<Space, User> uses[] = {{op.matmul.input.buffer, input},
                                           {op.matmul.weight.buffer, weight},
                                           {op.matmul.result.buffer, results}};
    for (const auto& [space, user] : uses) {
      User& present = users[static_cast<int>(space)];
      shared = shared || (present != nobody && present != user);
      present = user;
    }
  }
  return shared;
}

/// As long as each part of the core has its buffers to itself, what it does to their banks depends on nothing
/// else.
void BlockCore::begin_matmul(Cycle now) {
  const bool shared = parts_share_buffers(now);
  if (shared == buffers_shared_) return;
  buffers_shared_ = shared;
  if (shared) {
    input_feeder_.share_buffer();
    weight_feeder_.share_buffer();
    if (results_in_ != nullptr) results_in_->clear_forecast(this);
  } else {
    input_feeder_.own_buffer();
    weight_feeder_.own_buffer();
    if (merging_ != nullptr) forecast_results(accumulators_.buffer());
  }
}

void BlockCore::begin_results(const FoldPass&) {
  results_flow_.begin(accumulators_.buffer());
  if (!buffers_shared_) forecast_results(accumulators_.buffer());
}

void BlockCore::result_ahead(const FoldPass& pass, uint64_t index) {
  static const std::vector<uint32_t> kNone;
  if (!pass.has_result(index)) return results_flow_.add(kNone);
  const ResultVector vector = pass.result_vector(index);
  if (results_flow_.none_late() && accumulators_.is_even(vector)) return results_flow_.add_free();
  results_flow_.add(accumulators_.banks_of(vector));
}

bool BlockCore::results_as_foreseen() const {
  if (merging_ == nullptr || flight_.empty() || merging_ != &flight_.front()) return false;
  const uint64_t out = merging_->results;
  if (out == 0 || out == merging_->result_count()) return false;
  const ResultFlow::Banks late = results_flow_.late(out - 1);
  return accumulators_.waiting().are(late.first, late.count);
}

void BlockCore::forecast_results(SramBuffer& buffer) {
  if (results_in_ != nullptr && results_in_ != &buffer) results_in_->clear_forecast(this);
  results_in_ = &buffer;
  buffer.set_forecast({this, result_banks_at}, 3);
}

/// The buffer of results asks which banks they take in a cycle of the stretch.
const std::vector<uint32_t>& BlockCore::result_banks_at(void* self, Cycle cycle) {
  static const std::vector<uint32_t> kNone;
  BlockCore& core = *static_cast<BlockCore*>(self);
  const Stretch& stretch = core.stretch_;
  if (!stretch.results || cycle < stretch.begin || cycle >= stretch.end) return kNone;
  const FoldPass& pass = core.flight_.front();
  const uint64_t index = pass.results + (cycle - stretch.begin);
  const bool leaves = pass.has_result(index);
  return core.results_flow_.claims(index,
                                   leaves ? core.accumulators_.banks_of(pass.result_vector(index)) : kNone);
}

}  // namespace systole
