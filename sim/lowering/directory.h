#pragma once
// Which tile lies in which place of a buffer, and what must be over before a place is used again.
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace systole {

/// The least recently used place makes room for a new tile. Memory grows with the places used, no further.
class Directory {
 public:
  /// Counts of the last instructions that wrote (load) or read a place's contents (copy: a load into another
  /// place); 0: none yet.
  struct Users {
    uint64_t matmul = 0, vector = 0, load = 0, copy = 0, store = 0;
  };

  explicit Directory(uint32_t places) : places_(places) {}

  /// The place of a tile that is resident; does not count as a use.
  std::optional<uint32_t> find(uint64_t tile) const;
  /// Marks the tile as used now, in its place or, when new, in the victim's.
  uint32_t use(uint64_t tile);
  Users& users(uint32_t place) { return entries_[place].users; }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  struct Entry {
    uint64_t tile = 0;
    uint32_t older = kNone, newer = kNone;
    Users users;
  };
  uint32_t victim() const;
  void unlink(uint32_t place);
  void append(uint32_t place);

  uint32_t places_, oldest_ = kNone, newest_ = kNone;
  std::vector<Entry> entries_;
  std::unordered_map<uint64_t, uint32_t> place_of_;
};

}  // namespace systole
