#include "sim/program/happens_before.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "models/instruction_name.h"

namespace systole {
namespace {

constexpr const char* kDoes[] = {"reads", "writes"};

std::string bytes_of(const Access& access) {
  return fmt::format("{} [{}, {})", kSpaceNames[static_cast<int>(access.space)], access.hull.begin,
                     access.hull.end);
}

/// Only the DMA engines reach DRAM.
bool may_touch(Unit unit, Space space) {
  return space != Space::dram || unit == Unit::load || unit == Unit::store;
}

}  // namespace

Event HappensBefore::over_event(Unit unit, Kind kind) {
  return kind == read ? read_event(unit) : done_event(unit);
}

void HappensBefore::add(const Instruction& instruction) {
  if (instruction.unit() == kBarrierUnit) {
    counted_ = clocks_.begin(instruction);
    for (auto& space : logs_) {
      for (UnitLog& unit : space) {
        for (AccessLog& log : unit) log.clear();
      }
    }
    return;
  }
  const Begin begin{instructions_, static_cast<Unit>(instruction.unit()), instruction.tile};
  check_waits(instruction, begin);
  counted_ = clocks_.begin(instruction);
  const Accesses reads = reads_of(instruction), writes = writes_of(instruction);
  for (const Access& access : reads) check(begin, access, read);
  for (const Access& access : writes) check(begin, access, write);
  for (const Access& access : reads) {
    // Where sums are read they are written as well, and that is over no earlier.
    if (!access.sums) keep(begin, access, read);
  }
  for (const Access& access : writes) keep(begin, access, write);
  ++instructions_;
}

/// A program is done in its order only if nothing in it waits for what comes later.
void HappensBefore::check_waits(const Instruction& instruction, const Begin& begin) const {
  for (int e = 0; e < kEventCount; ++e) {
    if (instruction.wait.at_least[e] <= clocks_.issued()[e]) continue;
    throw std::logic_error(fmt::format("{} waits for {} >= {}, and the instructions ahead of it come to {}",
                                       instruction_name(begin.number, begin.unit, begin.tile), kEventNames[e],
                                       instruction.wait.at_least[e], clocks_.issued()[e]));
  }
}

void HappensBefore::check(const Begin& begin, const Access& access, Kind kind) {
  for (int u = 0; u < kUnitCount; ++u) {
    compare(begin, access, kind, static_cast<Unit>(u), write);
    if (kind == write) compare(begin, access, kind, static_cast<Unit>(u), read);
  }
}

/// With all that the other unit may not be over with, latest first.
void HappensBefore::compare(const Begin& begin, const Access& access, Kind kind, Unit earlier,
                            Kind earlier_kind) {
  const AccessLog& log = log_of(access, earlier)[earlier_kind];
  if (!log.may_meet(access)) return;
  const std::vector<AccessLog::Entry>& entries = log.entries();
  const auto event = static_cast<int>(over_event(earlier, earlier_kind));
  for (auto entry = entries.rbegin(); entry != entries.rend() && entry->count > counted_[event]; ++entry) {
    if (access.sums && entry->access.sums) continue;
    if (!share_bytes(access, entry->access)) {
      ++unordered_pairs_;
      continue;
    }
    throw std::logic_error(
        fmt::format("no token orders two instructions that share bytes: {} {} {}, {} {} {}; the first "
                    "has to wait for {} >= {}, its waits come to {}",
                    instruction_name(begin.number, begin.unit, begin.tile), kDoes[kind], bytes_of(access),
                    instruction_name(entry->number, earlier, entry->tile), kDoes[earlier_kind],
                    bytes_of(entry->access), kEventNames[event], entry->count, counted_[event]));
  }
}

void HappensBefore::keep(const Begin& begin, const Access& access, Kind kind) {
  const Event event = over_event(begin.unit, kind);
  const uint64_t count = clocks_.issued()[static_cast<int>(event)];
  uint64_t known = count;
  for (int u = 0; u < kUnitCount; ++u) {
    const auto unit = static_cast<Unit>(u);
    if (may_touch(unit, access.space)) known = std::min(known, clocks_.known_to(unit, event));
  }
  log_of(access, begin.unit)[kind].add({count, begin.number, begin.tile, access}, known);
}

uint64_t HappensBefore::held() const {
  uint64_t sum = 0;
  for (const auto& space : logs_) {
    for (const UnitLog& unit : space) {
      for (const AccessLog& log : unit) sum += log.entries().size();
    }
  }
  return sum;
}

}  // namespace systole
