#include "sim/lowering/tile_program.h"

#include <algorithm>

#include "sim/lanes/post_program.h"
#include "sim/lowering/index_table.h"
#include "sim/lowering/tile_views.h"

namespace systole {

namespace {

TileTag tag_of(const TileStep& step, const TilePlan& plan) {
  const auto m =
      (step.images.index * plan.cols.count() + step.cols.index) * plan.rows.count() + step.rows.index;
  return {0, step.groups.begin, m, step.filters.index, step.channels.index};
}

}  // namespace

TileProgram::TileProgram(const TileContext& context, const TilePlan& plan, const DramLayout& dram,
                         uint32_t lookahead)
    : context_(context),
      plan_(plan),
      walk_(plan),
      moves_(context, plan, dram),
      inputs_(plan.input_buffer.places),
      weights_(plan.weight_buffer.places),
      results_(plan.output_buffer.places),
      biases_(plan.bias.places),
      post_(post_program(context.problem.post_ops())),
      lookahead_(lookahead) {
  if (const auto index = load_index_table(context, plan, dram)) index_loaded_ = load(*index, {});
}

bool TileProgram::next(Instruction& instruction) {
  while (ready_.empty()) {
    if (!in_step_) {
      if (next_step_ == walk_.steps()) return false;
      begin_step();
    } else if (next_group_ < now_.step.groups.size) {
      multiply(now_, next_group_++);
    } else {
      tile_ = tag_of(now_.step, plan_);
      finish_step();
      in_step_ = false;
    }
  }
  instruction = ready_.front();
  ready_.pop_front();
  return true;
}

void TileProgram::begin_step() {
  now_ = ahead(1);
  ahead_.pop_front();
  complete(now_);
  in_step_ = true;
  next_group_ = 0;
  ++next_step_;
  fetch_ahead();
}

/// The work so many steps after now_.
TileProgram::Work& TileProgram::ahead(size_t steps) {
  while (ahead_.size() < steps) {
    ahead_.emplace_back();
    ahead_.back().step = walk_.step(next_step_ + ahead_.size() - 1);
  }
  return ahead_[steps - 1];
}

/// Brings in what could not be fetched ahead: an operand with one place only, which the step in front still
/// read.
void TileProgram::complete(Work& work) {
  tile_ = tag_of(work.step, plan_);
  if (!work.has_input) fetch_input(work);
  if (!work.has_weight) fetch_weight(work);
  if (!work.has_result) place_result(work);
  if (!work.has_bias && context_.problem.channel_numbers() != 0 && work.step.last_k) fetch_bias(work);
}

/// The next operand that has to be brought in comes as early as the tiles of all steps up to its own have
/// places. No more than one, so that the units' queues stay free for what is needed sooner. Places of results
/// and bias values are taken one step ahead.
void TileProgram::fetch_ahead() {
  std::vector<uint64_t> inputs{now_.step.input}, weights{now_.step.weight};
  const auto has_place = [](std::vector<uint64_t>& tiles, uint64_t tile, uint32_t places) {
    if (std::find(tiles.begin(), tiles.end(), tile) == tiles.end()) tiles.push_back(tile);
    return tiles.size() <= places;
  };
  bool input_due = plan_.input_buffer.places > 1, weight_due = plan_.weight_buffer.places > 1;
  for (size_t steps = 1; steps <= lookahead_ && next_step_ + steps - 1 < walk_.steps(); ++steps) {
    Work& work = ahead(steps);
    tile_ = tag_of(work.step, plan_);
    input_due = input_due && has_place(inputs, work.step.input, plan_.input_buffer.places);
    weight_due = weight_due && has_place(weights, work.step.weight, plan_.weight_buffer.places);
    if (input_due && !work.has_input) {
      work.new_input = !inputs_.find(work.step.input);
      fetch_input(work);
    }
    if (weight_due && !work.has_weight) {
      work.new_weight = !weights_.find(work.step.weight);
      fetch_weight(work);
    }
    input_due = input_due && !work.new_input;
    weight_due = weight_due && !work.new_weight;
    if (!input_due && !weight_due) break;
  }
  if (next_step_ == walk_.steps()) return;
  Work& next = ahead(1);
  tile_ = tag_of(next.step, plan_);
  if (plan_.output_buffer.places > 1) place_result(next);
  if (context_.problem.channel_numbers() != 0 && next.step.last_k && plan_.bias.places > 1) fetch_bias(next);
}

void TileProgram::fetch_input(Work& work) {
  work.has_input = true;
  const TileStep& step = work.step;
  work.window = moves_.input_window(step);
  if (const auto place = inputs_.find(step.input)) {
    work.input = inputs_.use(step.input);
    work.operands.on(Event::load_done, inputs_.users(work.input).load);
    return;
  }
  const InputWindow& window = work.window;
  std::optional<uint32_t> before;
  if (window.shared_rows || window.shared_cols) before = inputs_.find(step.input - plan_.count_k);
  work.input = inputs_.use(step.input);
  Directory::Users& users = inputs_.users(work.input);
  const uint64_t place = plan_.input_buffer.address(work.input);
  Wait wait;
  wait.on(Event::matmul_read, users.matmul);
  wait.on(Event::load_done, users.copy);
  users = {};
  if (before) {
    Directory::Users& source = inputs_.users(*before);
    Wait copy = wait;
    copy.on(Event::load_done, source.load);
    const uint64_t from = plan_.input_buffer.address(*before);
    const auto move = moves_.copy_halo(step, window, from, place);
    if (move) users.load = source.copy = load(*move, copy);
    const auto exponents = moves_.copy_halo_exponents(step, window, from, place);
    if (exponents) users.load = source.copy = load(*exponents, copy);
  }
  const uint32_t skip_rows = before ? window.shared_rows : 0, skip_cols = before ? window.shared_cols : 0;
  const auto move = moves_.load_input(step, window, place, skip_rows, skip_cols);
  if (move) users.load = load(*move, wait);
  const auto exponents = moves_.load_input_exponents(step, window, place, skip_rows, skip_cols);
  if (exponents) users.load = load(*exponents, wait);
  work.operands.on(Event::load_done, users.load);
}

void TileProgram::fetch_weight(Work& work) {
  work.has_weight = true;
  const bool resident = weights_.find(work.step.weight).has_value();
  work.weight = weights_.use(work.step.weight);
  Directory::Users& users = weights_.users(work.weight);
  if (!resident) {
    Wait wait;
    wait.on(Event::matmul_read, users.matmul);
    users = {};
    const uint64_t place = plan_.weight_buffer.address(work.weight);
    users.load = load(moves_.load_weight(work.step, place), wait);
    const auto exponents = moves_.load_weight_exponents(work.step, place);
    if (exponents) users.load = load(*exponents, wait);
  }
  work.operands.on(Event::load_done, users.load);
}

void TileProgram::fetch_bias(Work& work) {
  work.has_bias = true;
  const bool resident = biases_.find(work.step.bias).has_value();
  work.bias = biases_.use(work.step.bias);
  Directory::Users& users = biases_.users(work.bias);
  if (!resident) {
    Wait wait;
    wait.on(Event::vector_done, users.vector);
    users = {};
    users.load = load(moves_.load_bias(work.step, plan_.bias.address(work.bias)), wait);
  }
  work.bias_loaded = users.load;
}

/// Gives the step's results a place; partial sums that went to DRAM come back.
void TileProgram::place_result(Work& work) {
  work.has_result = true;
  const bool resident = results_.find(work.step.result).has_value();
  work.result = results_.use(work.step.result);
  Directory::Users& users = results_.users(work.result);
  if (resident) return;
  work.operands.on(Event::store_done, users.store);
  work.operands.on(Event::vector_done, users.vector);
  if (!work.step.first_k) {
    // This tile's sums were stored before those of the tile that had the place last: one wait covers both.
    Wait wait;
    wait.on(Event::store_done, users.store);
    const uint64_t loaded = load(moves_.load_psum(work.step, plan_.output_buffer.address(work.result)), wait);
    work.operands.on(Event::load_done, loaded);
  }
  users = {};
}

/// Partial sums stay at the columns while the k tiles of a result follow one another. A small tile at the
/// edge, which alone fits the array at once, would be summed in one chain there: its sums go through the
/// buffer, so that all outputs are summed alike.
bool TileProgram::sums_at_columns(const TileStep& step) const {
  if (!plan_.sums_in_a_row) return false;
  return context_.traits.time != GemmDim::k || plan_.one_fold ||
         !plan_.is_one_fold(context_, step.m(), step.filters.size);
}

void TileProgram::multiply(Work& work, uint32_t group) {
  const TileStep& step = work.step;
  Directory::Users& result = results_.users(work.result);
  MatMul op;
  op.dataflow = context_.traits.id;
  op.accumulator = context_.problem.formats.accumulator;
  op.input = input_view(context_, plan_, step, work.window, plan_.input_buffer.address(work.input), group);
  op.weight = weight_view(context_, plan_, step, plan_.weight_buffer.address(work.weight), group);
  op.result = result_view(plan_, step, plan_.output_buffer.address(work.result), group);
  const bool at_columns = sums_at_columns(step);
  op.psum_in = step.first_k ? PsumSource::none : at_columns ? PsumSource::accumulators : PsumSource::buffer;
  op.psum_out = step.last_k || !at_columns ? PsumTarget::buffer : PsumTarget::accumulators;
  op.result_tensor = step.last_k ? Tensor::output : Tensor::psum;
  op.flatten_k = context_.flatten_k();
  if (context_.problem.R * context_.problem.S > 1) op.indexing = context_.indexing;
  if (context_.has_index_table()) op.index_base = index_table_at(context_, plan_, step.channels.size);

  Instruction instruction;
  instruction.wait = work.operands;
  instruction.wait.on(Event::load_done, index_loaded_);
  if (op.psum_in == PsumSource::buffer) instruction.wait.on(Event::matmul_done, result.matmul);
  instruction.op = op;
  instruction.tile = tag_of(step, plan_);
  instruction.tile.group += group;
  ready_.push_back(instruction);
  ++matmuls_;
  if (group + 1 == step.groups.size) {
    inputs_.users(work.input).matmul = matmuls_;
    weights_.users(work.weight).matmul = matmuls_;
    result.matmul = matmuls_;
  }
}

void TileProgram::finish_step() {
  const Problem& p = context_.problem;
  const uint64_t place = plan_.output_buffer.address(now_.result);
  Directory::Users& users = results_.users(now_.result);
  Wait wait;
  wait.on(Event::matmul_done, matmuls_);
  if (!now_.step.last_k) {
    if (plan_.spills) users.store = store(moves_.store_psum(now_.step, place), wait);
    return;
  }
  if (p.has_post_ops()) {
    Instruction instruction;
    instruction.wait = wait;
    instruction.wait.on(Event::load_done, now_.bias_loaded);
    instruction.op = post_operation(context_, plan_, now_.step, place, plan_.bias.address(now_.bias), post_);
    vector(instruction);
    if (p.channel_numbers() != 0) biases_.users(now_.bias).vector = vectors_;
    wait = {};
    wait.on(Event::vector_done, vectors_);
  }
  if (context_.residency == Residency::sram) return;
  users.store = store(moves_.store_output(now_.step, place), wait);
}

uint64_t TileProgram::load(const Move& move, const Wait& wait) {
  if (context_.residency == Residency::sram) return 0;
  Instruction instruction;
  instruction.wait = wait;
  instruction.op = Load{move};
  instruction.tile = tile_;
  ready_.push_back(instruction);
  return ++loads_;
}

uint64_t TileProgram::store(const Move& move, const Wait& wait) {
  Instruction instruction;
  instruction.wait = wait;
  instruction.op = Store{move};
  instruction.tile = tile_;
  ready_.push_back(instruction);
  return ++stores_;
}

uint64_t TileProgram::vector(Instruction instruction) {
  instruction.tile = tile_;
  ready_.push_back(instruction);
  return ++vectors_;
}

}  // namespace systole
