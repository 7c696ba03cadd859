#pragma once
#include <initializer_list>
#include <random>

#include "lowering_case.h"

namespace systole::test {

class Draw {
 public:
  explicit Draw(uint32_t seed) : random_(seed) {}
  uint32_t operator()(uint32_t low, uint32_t high) {
    return low + static_cast<uint32_t>(random_()) % (high - low + 1);
  }
  bool coin() { return random_() % 2; }
  template <typename T>
  T of(std::initializer_list<T> values) {
    return *(values.begin() + random_() % values.size());
  }

 private:
  std::mt19937 random_;
};

/// A small layer of any kind, on a machine of a few PEs whose buffers hold a few hundred words: many do not
/// hold even the smallest tile.
LoweringCase random_case(Draw& draw);
/// Tile sizes and a loop order as a user may fix them; not every algorithm takes notice.
void ask_for_tiles(LoweringCase& lowering_case, Draw& draw);

}  // namespace systole::test
