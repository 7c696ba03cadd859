#include "models/control/access_order.h"

#include <fmt/format.h>

#include <stdexcept>

#include "models/instruction_name.h"

namespace systole {

void AccessOrder::issue(const Instruction& instruction) {
  Open& open = units_[instruction.unit()].open.emplace_back();
  open.number = issued_++;
  open.instruction = instruction;
  open.reads = reads_of(instruction);
  open.writes = writes_of(instruction);
}

/// Drops instructions that ended before this cycle: nothing that begins now can conflict with them.
void AccessOrder::forget(UnitLog& log, Cycle now) {
  while (log.ended != 0 && log.open.front().written_at < now) {
    log.open.pop_front();
    --log.begun, --log.read, --log.ended;
  }
}

void AccessOrder::begin(Unit unit, Cycle now) {
  for (UnitLog& log : units_) forget(log, now);
  UnitLog& own = units_[static_cast<int>(unit)];
  const Open& begins = own.open[own.begun++];
  for (const UnitLog& log : units_) {
    for (const Open& earlier : log.open) {
      if (earlier.number >= begins.number) break;
      check(begins, earlier, now);
    }
  }
}

void AccessOrder::check(const Open& begins, const Open& earlier, Cycle now) const {
  const auto named = [](const Open& open) {
    return instruction_name(open.number, static_cast<Unit>(open.instruction.unit()), open.instruction.tile);
  };
  const auto refuse = [&](const Access& at, const char* what, const char* still) {
    throw std::logic_error(fmt::format("{} {} bytes of {} [{}, {}) that {} has still to {}", named(begins),
                                       what, kSpaceNames[static_cast<int>(at.space)], at.hull.begin,
                                       at.hull.end, named(earlier), still));
  };
  const auto conflict = [](const Access& a, const Access& b) {
    return !(a.sums && b.sums) && share_bytes(a, b);
  };
  if (earlier.written_at >= now) {
    for (const Access& write : earlier.writes) {
      for (const Access& read : begins.reads) {
        if (conflict(read, write)) refuse(read, "reads", "write");
      }
      for (const Access& other : begins.writes) {
        if (conflict(other, write)) refuse(other, "writes", "write");
      }
    }
  }
  if (earlier.read_at < now) return;
  for (const Access& read : earlier.reads) {
    for (const Access& write : begins.writes) {
      if (conflict(write, read)) refuse(write, "writes", "read");
    }
  }
}

void AccessOrder::operands_read(Cycle now) {
  UnitLog& log = units_[static_cast<int>(Unit::matmul)];
  log.open[log.read++].read_at = now;
}

void AccessOrder::end(Unit unit, Cycle now) {
  UnitLog& log = units_[static_cast<int>(unit)];
  Open& open = log.open[log.ended++];
  open.written_at = now;
  if (open.read_at != kNever) return;
  open.read_at = now;
  ++log.read;
}

}  // namespace systole
