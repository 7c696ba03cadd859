#pragma once
#include <cstdint>
#include <vector>

#include "models/footprint.h"

namespace systole {

/// What one unit reads of a space, or writes to it, in program order. Of equal accesses the last is kept:
/// a unit counts its instructions in order, so who knows that it is over knows that the others are. Memory
/// grows with the accesses that differ, not with the program.
class AccessLog {
 public:
  struct Entry {
    uint64_t count = 0;   ///< of the unit's event that tells when the access is over
    uint64_t number = 0;  ///< of its instruction in the program
    TileTag tile;
    Access access;
  };

  /// `over`: accesses up to this count need not be kept.
  void add(const Entry& entry, uint64_t over);
  void clear() { *this = {}; }
  /// False where no entry's hull meets that of `access`; not always so the other way round.
  bool may_meet(const Access& access) const { return access.hull.meets(hull_); }
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  void append(const Entry& entry);
  void thin_out(uint64_t over);

  static constexpr std::size_t kLeast = 64;
  std::vector<Entry> entries_;
  ByteRun hull_;  ///< of all entries
  std::size_t full_ = kLeast;
};

}  // namespace systole
