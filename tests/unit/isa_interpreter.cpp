#include "isa_interpreter.h"

#include <algorithm>

namespace systole::test {
namespace {

constexpr size_t kQueueCapacity = 2;  ///< small, so that a program in need of deep queues deadlocks

Unit unit_of(const Instruction& instruction) {
  if (std::holds_alternative<Load>(instruction.op)) return Unit::load;
  if (std::holds_alternative<Store>(instruction.op)) return Unit::store;
  if (std::holds_alternative<MatMul>(instruction.op)) return Unit::matmul;
  if (instruction.unit() == static_cast<int>(Unit::vector)) return Unit::vector;
  throw ProgramError("a barrier is no unit's");
}

bool is_barrier(const Instruction& instruction) { return instruction.unit() == kBarrierUnit; }

bool is_copy(const Instruction& instruction) {
  return std::get<Load>(instruction.op).move.from.space != Space::dram;
}

}  // namespace

ProgramCounts IsaInterpreter::run(InstructionSource& program, uint32_t seed) {
  std::mt19937 random(seed);
  std::array<uint32_t, kTurnCount> eagerness{};  // some units are much slower than others
  for (uint32_t& weight : eagerness) weight = random() % 2 ? 1 : 30;
  for (;;) {
    if (!held_ && !ended_) pull(program);
    const std::vector<Turn> turns = possible_turns();
    if (turns.empty()) {
      const bool idle = std::all_of(queues_.begin(), queues_.end(), [](const auto& q) { return q.empty(); });
      if (!idle || held_) throw ProgramError("deadlock");
      return counts_;
    }
    uint32_t sum = 0;
    for (Turn turn : turns) sum += eagerness[turn];
    uint32_t pick = static_cast<uint32_t>(random()) % sum;
    size_t i = 0;
    while (pick >= eagerness[turns[i]]) pick -= eagerness[turns[i++]];
    take(turns[i]);
  }
}

void IsaInterpreter::pull(InstructionSource& program) {
  Instruction instruction;
  if (!program.next(instruction)) {
    ended_ = true;
    return;
  }
  try {
    order_.add(instruction);
  } catch (const std::logic_error& error) {
    throw ProgramError(error.what());
  }
  held_ = instruction;
}

void IsaInterpreter::issue() {
  if (is_barrier(*held_)) {
    held_.reset();
    return;
  }
  const Unit unit = unit_of(*held_);
  queues_[static_cast<int>(unit)].push_back({*held_, false, false, {}, {}});
  held_.reset();
  ++counts_.instructions;
}

bool IsaInterpreter::ready(const Wait& wait) const {
  for (int e = 0; e < kEventCount; ++e) {
    if (done_[e] < wait.at_least[e]) return false;
  }
  return true;
}

bool IsaInterpreter::can_issue(const Instruction& instruction) const {
  if (!is_barrier(instruction))
    return queues_[static_cast<int>(unit_of(instruction))].size() < kQueueCapacity;
  return std::all_of(queues_.begin(), queues_.end(), [](const auto& queue) { return queue.empty(); });
}

/// A unit starts or finishes the instruction at its head; the core may read the operands of what it started,
/// and start the instruction behind one whose operands it has read. The load engine has requests of the next
/// load under way before the last bytes of one have come, and copies beside that, one copy at a time.
std::vector<IsaInterpreter::Turn> IsaInterpreter::possible_turns() const {
  std::vector<Turn> turns;
  for (int unit = 0; unit < kUnitCount; ++unit) {
    if (queues_[unit].empty()) continue;
    const Job& head = queues_[unit].front();
    const bool may_finish = unit != kMatmul || head.read;
    if (head.started ? may_finish : ready(head.instruction.wait)) turns.push_back(static_cast<Turn>(unit));
  }
  const auto& core = queues_[kMatmul];
  for (size_t i = 0; i < core.size(); ++i) {
    if (core[i].started && !core[i].read) turns.push_back(kReadOperands);
    if (i > 0 && !core[i].started && core[i - 1].read && ready(core[i].instruction.wait)) {
      turns.push_back(kStartNextMatmul);
    }
  }
  const auto& loads = queues_[kLoad];
  for (size_t i = 1; i < loads.size(); ++i) {
    const bool alone = is_copy(loads[i].instruction) && is_copy(loads[i - 1].instruction);
    if (!loads[i].started && loads[i - 1].started && !alone && ready(loads[i].instruction.wait)) {
      turns.push_back(kStartNextLoad);
    }
  }
  if (held_ && can_issue(*held_)) turns.push_back(kIssue);
  return turns;
}

void IsaInterpreter::take(Turn turn) {
  auto& core = queues_[kMatmul];
  if (turn == kIssue) {
    issue();
  } else if (turn == kReadOperands) {
    const auto job =
        std::find_if(core.begin(), core.end(), [](const Job& j) { return j.started && !j.read; });
    if (memory_.sources_of(job->instruction) != job->sources)
      throw ProgramError("an operand changed while read");
    job->read = true;
    ++done_[static_cast<int>(Event::matmul_read)];
  } else if (turn == kStartNextMatmul || turn == kStartNextLoad) {
    auto& queue = turn == kStartNextMatmul ? core : queues_[kLoad];
    start(*std::find_if(queue.begin(), queue.end(), [](const Job& j) { return !j.started; }));
  } else if (Job& head = queues_[turn].front(); !head.started) {
    start(head);
  } else {
    finish(head);
    ++done_[static_cast<int>(done_event(static_cast<Unit>(turn)))];
    queues_[turn].pop_front();
  }
}

void IsaInterpreter::start(Job& job) {
  job.started = true;
  job.sources = memory_.sources_of(job.instruction);
  memory_.rubbish_targets(job.instruction);
  job.targets = memory_.targets_of(job.instruction);
}

void IsaInterpreter::finish(Job& job) {
  const Instruction& instruction = job.instruction;
  const MatMul* matmul = std::get_if<MatMul>(&instruction.op);
  if (!matmul && memory_.sources_of(instruction) != job.sources)
    throw ProgramError("a source changed while read");
  if (memory_.targets_of(instruction) != job.targets)
    throw ProgramError("a target changed before it was written");
  if (matmul) {
    memory_.multiply(*matmul, job.sources);
    counts_.macs += matmul->input.lanes() * matmul->weight.lanes() * matmul->input.depth();
  } else if (const Vector* vector = std::get_if<Vector>(&instruction.op)) {
    memory_.run_vector(*vector);
  } else {
    const Load* load = std::get_if<Load>(&instruction.op);
    const Move& move = load ? load->move : std::get<Store>(instruction.op).move;
    memory_.copy(move);
    const int tensor = static_cast<int>(move.tensor);
    if (move.from.space == Space::dram) {
      counts_.read[tensor] += move.bytes();
    } else if (move.to.space == Space::dram) {
      counts_.write[tensor] += move.bytes();
    } else {
      counts_.on_chip += move.bytes();
    }
  }
}

}  // namespace systole::test
