#pragma once
// Machines and layers drawn at random: whatever a user may write down.
#include <random>
#include <string>

#include "tests/sim/layer_fixture.h"

namespace systole::test {

class Draw {
 public:
  explicit Draw(uint32_t seed) : random_(seed) {}
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

AcceleratorParams random_machine(Draw& draw);
/// With a mapping as a user may ask for half of the time, legal or not; without an algorithm.
Layer random_layer(Draw& draw, uint32_t number);
std::string describe(const Layer& layer);
std::string describe(const AcceleratorParams& params);

}  // namespace systole::test
