#pragma once
// Whether tokens alone keep a program's order, whatever the speed of the units.
#include <array>
#include <cstdint>

#include "models/footprint.h"
#include "sim/program/access_log.h"
#include "sim/program/token_clocks.h"

namespace systole {

/// Proves that wherever two instructions touch the same bytes and one of them writes, the later one begins
/// after the earlier one is over: no word is read before it is written, and none is overwritten before it is
/// read. AccessOrder (models/control) watches the same in one run's simulated time; this follows from the
/// program's waits, for every time a unit may take.
///
/// A MatMul is over with its operands at `matmul_read`; everything else is over when its unit has counted the
/// instruction. Sums that pass the accumulators are exempt among MatMuls: those work in order.
class HappensBefore {
 public:
  /// Takes the program's next instruction. Throws std::logic_error, which names both instructions and the
  /// wait that is missing, or the wait for what the program has not yet issued.
  void add(const Instruction& instruction);

  /// What has been counted, at the least, when the last instruction added begins.
  const EventCounts& counted() const { return counted_; }
  uint64_t instructions() const { return instructions_; }
  /// Pairs of accesses, one of them a write, that no token orders: they share no byte.
  uint64_t unordered_pairs() const { return unordered_pairs_; }
  /// Accesses that are kept.
  uint64_t held() const;

 private:
  enum Kind : uint8_t { read, write, kKindCount };
  using UnitLog = std::array<AccessLog, kKindCount>;
  struct Begin {
    uint64_t number;
    Unit unit;
    TileTag tile;
  };

  void check_waits(const Instruction& instruction, const Begin& begin) const;
  void check(const Begin& begin, const Access& access, Kind kind);
  void compare(const Begin& begin, const Access& access, Kind kind, Unit earlier, Kind earlier_kind);
  void keep(const Begin& begin, const Access& access, Kind kind);
  /// What the unit counts when an access of its own is over.
  static Event over_event(Unit unit, Kind kind);
  UnitLog& log_of(const Access& access, Unit unit) {
    return logs_[static_cast<int>(access.space)][static_cast<int>(unit)];
  }

  TokenClocks clocks_;
  std::array<std::array<UnitLog, kUnitCount>, kBufferCount + 1> logs_;  ///< by space and unit
  EventCounts counted_{};
  uint64_t instructions_ = 0, unordered_pairs_ = 0;
};

/// A program whose order is proven as it is pulled: next() throws what HappensBefore::add() throws.
class ProvenProgram : public InstructionSource {
 public:
  explicit ProvenProgram(InstructionSource& program) : program_(program) {}
  bool next(Instruction& instruction) override {
    if (!program_.next(instruction)) return false;
    order_.add(instruction);
    return true;
  }
  const HappensBefore& order() const { return order_; }

 private:
  InstructionSource& program_;
  HappensBefore order_;
};

}  // namespace systole
