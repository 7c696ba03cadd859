#include "sim/lowering/stage/transform_program.h"

#include <algorithm>

#include "sim/lowering/stage/stage_post.h"
#include "sim/mapping/array_shape.h"

namespace systole {
namespace {

/// Blocks follow one another along items 2 (rows) first, so that neighbours share rows; then 3, 4, 1, 0.
constexpr std::array<int, 5> kInnermostFirst = {2, 3, 4, 1, 0};

}  // namespace

TransformProgram::TransformProgram(const TransformStage& stage, const AcceleratorParams& arch)
    : stage_(stage),
      plan_(plan_transform(stage, arch)),
      sources_(plan_.source_buffer.places),
      targets_(plan_.target_buffer.places),
      biases_(plan_.bias_buffer.places),
      blocks_(plan_.blocks(stage)) {}

bool TransformProgram::next(Instruction& instruction) {
  while (ready_.empty()) {
    if (next_block_ == blocks_) return false;
    begin(next_block_++);
  }
  instruction = ready_.front();
  ready_.pop_front();
  return true;
}

ItemBlock TransformProgram::block_at(uint64_t number) const {
  ItemBlock block;
  for (int d : kInnermostFirst) {
    const uint64_t count = div_up(stage_.items[d], plan_.block[d]);
    block.begin[d] = static_cast<uint32_t>(number % count) * plan_.block[d];
    block.size[d] = std::min(plan_.block[d], stage_.items[d] - block.begin[d]);
    number /= count;
  }
  return block;
}

void TransformProgram::begin(uint64_t number) {
  const ItemBlock block = block_at(number);
  load(block, number);
  if (stage_.post.ops.bias) load_bias(block);
  transform(block, number);
  store(block, number);
}

void TransformProgram::load(const ItemBlock& block, uint64_t number) {
  const uint64_t place = number % sources_.size();
  Users& users = sources_[place];
  Wait wait;
  wait.on(Event::vector_done, users.vector);
  wait.on(Event::load_done, users.copy);
  users = {};
  uint32_t skip = 0;
  if (sources_.size() > 1 && block.begin[2] > 0) {
    const ItemBlock before = block_at(number - 1);
    const uint64_t before_place = (number - 1) % sources_.size();
    const auto copy = plan_.source.copy_shared_rows(
        before, block, Space::input, plan_.source_buffer.address(static_cast<uint32_t>(before_place)),
        plan_.source_buffer.address(static_cast<uint32_t>(place)));
    if (copy) {
      Wait both = wait;
      both.on(Event::load_done, sources_[before_place].load);
      emit(both, Load{*copy});
      users.load = sources_[before_place].copy = ++loads_;
      skip = plan_.source.shared_rows(before, block);
    }
  }
  for (const Move& move :
       plan_.source.moves(block, Space::input, plan_.source_buffer.address(static_cast<uint32_t>(place)),
                          true, skip, stage_.source.format)) {
    emit(wait, Load{move});
    users.load = ++loads_;
  }
}

void TransformProgram::load_bias(const ItemBlock& block) {
  const ItemBlock needed = bias_block(stage_, block);
  if (bias_use_ > 0 && needed.begin == bias_of_) return;
  bias_of_ = needed.begin;
  const auto place = static_cast<uint32_t>(bias_use_++ % biases_.size());
  Users& users = biases_[place];
  Wait wait;
  wait.on(Event::vector_done, users.vector);
  for (const Move& move : plan_.bias.moves(needed, Space::weight, plan_.bias_buffer.address(place), true, 0,
                                           plan_.bias.format())) {
    emit(wait, Load{move});
    users.load = ++loads_;
  }
}

void TransformProgram::transform(const ItemBlock& block, uint64_t number) {
  const auto from = static_cast<uint32_t>(number % sources_.size()),
             to = static_cast<uint32_t>(number % targets_.size());
  Vector vector;
  vector.program = stage_.program;
  vector.items = block.size;
  vector.source() = plan_.source.view(block, Space::input, plan_.source_buffer.address(from));
  vector.target() = plan_.target.view(block, Space::output, plan_.target_buffer.address(to));
  Wait wait;
  wait.on(Event::load_done, sources_[from].load);
  wait.on(Event::store_done, targets_[to].store);
  emit(wait, vector);
  sources_[from].vector = ++vectors_;
  if (!stage_.post.ops.any()) return;
  for (uint32_t group = 0; group < block.size[0]; ++group)
    finish(block, plan_.target_buffer.address(to), group);
}

/// Bias, scale and activation of what will be stored, in place.
void TransformProgram::finish(const ItemBlock& block, uint64_t place, uint32_t group) {
  PostPlaces places;
  places.result = place;
  Users* biases = nullptr;
  Wait wait;
  if (stage_.post.ops.bias) {
    const auto bias = static_cast<uint32_t>((bias_use_ - 1) % biases_.size());
    biases = &biases_[bias];
    places.bias = plan_.bias_buffer.address(bias) + group * static_cast<uint64_t>(plan_.bias.outer_bytes(0));
    wait.on(Event::load_done, biases->load);
  }
  for (const Vector& vector : stage_post(stage_, plan_.target, block, places, group)) {
    emit(wait, vector);
    ++vectors_;
    if (biases != nullptr) biases->vector = vectors_;
  }
}

void TransformProgram::store(const ItemBlock& block, uint64_t number) {
  const auto place = static_cast<uint32_t>(number % targets_.size());
  Wait wait;
  wait.on(Event::vector_done, vectors_);
  for (const Move& move : plan_.target.moves(block, Space::output, plan_.target_buffer.address(place), false,
                                             0, stage_.stored())) {
    emit(wait, Store{move});
    targets_[place].store = ++stores_;
  }
}

void TransformProgram::emit(const Wait& wait, const decltype(Instruction::op)& op) {
  ready_.push_back({wait, op, {0, 0, static_cast<uint32_t>(next_block_ - 1), 0, 0}});
}

}  // namespace systole
