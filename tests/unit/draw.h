#pragma once
#include <cstdint>
#include <initializer_list>
#include <random>

namespace systole::test {

/// Numbers drawn from a seed, the same on every host.
class Draw {
 public:
  explicit Draw(uint32_t seed) : random_(seed) {}
  /// From low to high, both included.
  uint32_t operator()(uint32_t low, uint32_t high) {
    return low + static_cast<uint32_t>(random_()) % (high - low + 1);
  }
  bool coin() { return random_() % 2 != 0; }
  template <class T>
  T of(std::initializer_list<T> values) {
    return *(values.begin() + random_() % values.size());
  }

 private:
  std::mt19937 random_;
};

}  // namespace systole::test
