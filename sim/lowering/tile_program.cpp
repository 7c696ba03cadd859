#include "sim/lowering/tile_program.h"

#include "sim/lowering/tile_views.h"

namespace systole {

TileProgram::TileProgram(const TileContext& context, const TilePlan& plan, const DramLayout& dram)
    : context_(context),
      plan_(plan),
      walk_(plan),
      moves_(context, plan, dram),
      inputs_(plan.input_buffer.places),
      weights_(plan.weight_buffer.places),
      results_(plan.output_buffer.places),
      biases_(plan.bias.places) {
  ahead_.step = walk_.step(0);
}

bool TileProgram::next(Instruction& instruction) {
  while (ready_.empty()) {
    if (!in_step_) {
      if (next_step_ == walk_.steps()) return false;
      begin_step();
    } else if (next_group_ < now_.step.groups.size) {
      multiply(now_, next_group_++);
    } else {
      finish_step();
      in_step_ = false;
    }
  }
  instruction = ready_.front();
  ready_.pop_front();
  return true;
}

void TileProgram::begin_step() {
  now_ = ahead_;
  fetch_operands(now_, false);
  in_step_ = true;
  next_group_ = 0;
  ++next_step_;
  if (next_step_ < walk_.steps()) {
    ahead_ = Work{};
    ahead_.step = walk_.step(next_step_);
    fetch_operands(ahead_, true);
  }
}

/// An operand with one place only cannot be fetched ahead: the step in front still reads it. Its turn comes
/// when the step begins.
void TileProgram::fetch_operands(Work& work, bool ahead) {
  const bool first = work.step.number == 0;  // nothing was fetched ahead of the first step
  const auto due = [&](uint32_t places) { return ahead ? places > 1 : first || places == 1; };
  if (due(plan_.input_buffer.places)) fetch_input(work);
  if (due(plan_.weight_buffer.places)) fetch_weight(work);
  if (due(plan_.output_buffer.places)) place_result(work);
  if (context_.problem.bias && work.step.last_k && due(plan_.bias.places)) fetch_bias(work);
}

void TileProgram::fetch_input(Work& work) {
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
    const auto move = moves_.copy_halo(step, window, plan_.input_buffer.address(*before), place);
    if (move) users.load = source.copy = load(*move, copy);
  }
  const auto move = moves_.load_input(step, window, place, before ? window.shared_rows : 0,
                                      before ? window.shared_cols : 0);
  if (move) users.load = load(*move, wait);
  work.operands.on(Event::load_done, users.load);
}

void TileProgram::fetch_weight(Work& work) {
  const bool resident = weights_.find(work.step.weight).has_value();
  work.weight = weights_.use(work.step.weight);
  Directory::Users& users = weights_.users(work.weight);
  if (!resident) {
    Wait wait;
    wait.on(Event::matmul_read, users.matmul);
    users = {};
    users.load = load(moves_.load_weight(work.step, plan_.weight_buffer.address(work.weight)), wait);
  }
  work.operands.on(Event::load_done, users.load);
}

void TileProgram::fetch_bias(Work& work) {
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
  op.format = context_.problem.format;
  op.input = input_view(context_, plan_, step, work.window, plan_.input_buffer.address(work.input), group);
  op.weight = weight_view(context_, plan_, step, plan_.weight_buffer.address(work.weight), group);
  op.result = result_view(plan_, step, plan_.output_buffer.address(work.result), group);
  const bool at_columns = sums_at_columns(step);
  op.psum_in = step.first_k ? PsumSource::none : at_columns ? PsumSource::accumulators : PsumSource::buffer;
  op.psum_out = step.last_k || !at_columns ? PsumTarget::buffer : PsumTarget::accumulators;
  op.result_tensor = step.last_k ? Tensor::output : Tensor::psum;
  op.flatten_k = context_.flatten_k;
  op.index_arithmetic = context_.flatten_k && context_.problem.R * context_.problem.S > 1;

  Instruction instruction;
  instruction.wait = work.operands;
  if (op.psum_in == PsumSource::buffer) instruction.wait.on(Event::matmul_done, result.matmul);
  instruction.op = op;
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
  if (p.bias || p.relu || p.has_scale) {
    Instruction instruction;
    instruction.wait = wait;
    instruction.wait.on(Event::load_done, now_.bias_loaded);
    instruction.op = post_operation(context_, plan_, now_.step, place, plan_.bias.address(now_.bias));
    vector(instruction);
    if (p.bias) biases_.users(now_.bias).vector = vectors_;
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
  ready_.push_back(instruction);
  return ++loads_;
}

uint64_t TileProgram::store(const Move& move, const Wait& wait) {
  Instruction instruction;
  instruction.wait = wait;
  instruction.op = Store{move};
  ready_.push_back(instruction);
  return ++stores_;
}

uint64_t TileProgram::vector(const Instruction& instruction) {
  ready_.push_back(instruction);
  return ++vectors_;
}

}  // namespace systole
