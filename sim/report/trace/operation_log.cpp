#include "sim/report/trace/operation_log.h"

#include <algorithm>

namespace systole {
namespace {

/// What the instruction alone says of the operation.
struct Describe {
  Operation operator()(const Load& load) const {
    const bool from_dram = load.move.from.space == Space::dram;
    Operation operation = of(from_dram ? OperationKind::load : OperationKind::copy, Track::load_engine);
    operation.tensor = load.move.tensor;
    operation.bytes = load.move.bytes();
    return operation;
  }
  Operation operator()(const Store& store) const {
    Operation operation = of(OperationKind::store, Track::store_engine);
    operation.tensor = store.move.tensor;
    operation.bytes = store.move.bytes();
    return operation;
  }
  Operation operator()(const MatMul& op) const {
    Operation operation = of(OperationKind::matmul, Track::compute_core);
    operation.tensor = op.result_tensor;
    operation.dataflow = op.dataflow;
    operation.shape = {op.input.lanes(), op.weight.lanes(), op.input.depth()};
    operation.work = operation.shape[0] * operation.shape[1] * operation.shape[2];
    return operation;
  }
  Operation operator()(const Vector& vector) const {
    Operation operation = of(OperationKind::lane_program, Track::vector_unit);
    operation.tensor = vector.target().tensor;
    operation.work = vector.count();
    return operation;
  }
  Operation operator()(const Barrier&) const { return of(OperationKind::barrier, Track::sequencer); }

  static Operation of(OperationKind kind, Track track) {
    Operation operation;
    operation.kind = kind;
    operation.track = track;
    return operation;
  }
};

}  // namespace

void OperationLog::pulled(const Instruction& instruction) {
  if (instruction.unit() == kBarrierUnit) {
    after_barrier_ = true;
    return;
  }
  pulled_ = {std::visit(Describe{}, instruction.op), footprint_of(instruction, arch_), {}, false, 0};
  pulled_.operation.tile = instruction.tile;
  pulled_.operation.unit = static_cast<Unit>(instruction.unit());
}

/// A barrier holds the sequencer until all queues are empty: what follows is issued at once.
void OperationLog::issued(Unit unit, Cycle now) {
  Operation issue = pulled_.operation;
  issue.track = Track::sequencer;
  if (after_barrier_ && next_issue_ < now) {
    issue.kind = OperationKind::barrier;
    issue.at = next_issue_;
    issue.end = next_issue_ = now;
    listener_.logged(issue);
  }
  after_barrier_ = false;
  issue.kind = OperationKind::issue;
  issue.at = next_issue_;
  issue.end = next_issue_ = now + 1;
  listener_.logged(issue);
  units_[static_cast<int>(unit)].queued.push_back(std::move(pulled_));
}

void OperationLog::taken(Unit unit, Cycle now) {
  UnitLog& log = units_[static_cast<int>(unit)];
  log.under_way.push_back(std::move(log.queued.front()));
  log.queued.pop_front();
  log.under_way.back().operation.at = now;
  listener_.begun(log.under_way.back().footprint, now);
}

OperationLog::Entry& OperationLog::of_move(Unit unit, uint64_t move) {
  UnitLog& log = units_[static_cast<int>(unit)];
  return log.under_way[move - log.retired];
}

void OperationLog::requested(Unit unit, uint64_t move, uint64_t bytes, Cycle now) {
  Entry& entry = of_move(unit, move);
  if (entry.dram.bytes == 0) {
    entry.dram = entry.operation;
    entry.dram.kind = unit == Unit::load ? OperationKind::dram_read : OperationKind::dram_write;
    entry.dram.track = unit == Unit::load ? Track::dram_reads : Track::dram_writes;
    entry.dram.at = now;
    entry.dram.bytes = 0;
  }
  entry.dram.bytes += bytes;
}

void OperationLog::answered(Unit unit, uint64_t move, Cycle now) { of_move(unit, move).dram.end = now + 1; }

void OperationLog::signalled(Event event, Cycle now) {
  switch (event) {
    case Event::load_done:
      return retire(Unit::load, now);
    case Event::store_done:
      return retire(Unit::store, now);
    case Event::matmul_read:
      return operands_read(now);
    case Event::matmul_done:
      return retire(Unit::matmul, now);
    case Event::vector_done:
      return retire(Unit::vector, now);
  }
}

/// The array takes one MatMul's operands after the other's: from here on only results leave.
void OperationLog::operands_read(Cycle now) {
  for (Entry& entry : units_[static_cast<int>(Unit::matmul)].under_way) {
    if (entry.read) continue;
    entry.read = true;
    entry.read_at = now + 1;
    entry.operation.at = std::max(entry.operation.at, operands_free_);
    entry.operation.end = operands_free_ = now + 1;
    listener_.ended({std::move(entry.footprint.reads), {}}, entry.operation);
    entry.footprint.reads.clear();
    listener_.logged(entry.operation);
    return;
  }
}

void OperationLog::retire(Unit unit, Cycle now) {
  UnitLog& log = units_[static_cast<int>(unit)];
  Entry entry = std::move(log.under_way.front());
  log.under_way.pop_front();
  ++log.retired;
  Operation whole = entry.operation;
  whole.end = now + 1;
  listener_.ended(entry.footprint, whole);
  if (unit == Unit::matmul) {
    if (entry.read_at > now) return;
    whole.kind = OperationKind::results;
    whole.track = Track::results;
    whole.at = entry.read_at;
  }
  listener_.logged(whole);
  if (entry.dram.bytes != 0) listener_.logged(entry.dram);
}

}  // namespace systole
