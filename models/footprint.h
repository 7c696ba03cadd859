#pragma once
// Which bytes an instruction reads and writes.
#include <array>
#include <cstdint>
#include <vector>

#include "models/isa.h"

namespace systole {

/// Bytes [begin, end).
struct ByteRun {
  int64_t begin = 0, end = 0;
  bool meets(const ByteRun& other) const { return begin < other.end && other.begin < end; }
};

/// One operand or result of an instruction: runs of `run` bits at the bits base + sum index * stride, for
/// each tap where there are any. bound[b] couples axes[1 + b] by its lane_step with axes[3 + b] by its
/// k_step; what lies outside of it is padding, which lies nowhere.
struct Access {
  Space space = Space::dram;
  int64_t base = 0;
  uint64_t run = 0;
  std::array<Axis, 6> axes;
  std::array<Bound, 2> bound{};
  LaneTaps taps;
  ByteRun hull;       ///< from the lowest to the highest byte; less than a row of padding may be in it
  bool sums = false;  ///< results that pass the accumulators, which work in program order

  /// Padding and what is counted twice included.
  uint64_t bytes() const {
    uint64_t product = run / 8 * (taps == nullptr ? 1 : taps->size());
    for (const Axis& axis : axes) product *= axis.size;
    return product;
  }
};

/// Up to six reads or two writes.
struct Accesses {
  std::array<Access, 6> list;
  uint32_t count = 0;
  void add(const Access& access) { list[count++] = access; }
  const Access* begin() const { return list.data(); }
  const Access* end() const { return list.data() + count; }
};

/// What an instruction reads: of a vector instruction its sources, of a MatMul the input, the weight, their
/// exponents, its table of indices if it has one, and the result view if it adds to sums. Sums count as read
/// from and written to the view even where the accumulators may hold them: how many those hold is the
/// machine's.
Accesses reads_of(const Instruction& instruction);
Accesses writes_of(const Instruction& instruction);

/// The bytes themselves, ascending, neighbours joined.
std::vector<ByteRun> runs_of(const Access& access);
/// True when both take up a byte.
bool share_bytes(const Access& a, const Access& b);

}  // namespace systole
