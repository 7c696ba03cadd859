#pragma once
#include "models/kernel/time.h"

namespace systole {

/// Random stalls on links, for tests of latency insensitivity: with a seed set, each link is held back in
/// about `per_mille` of the cycles, each link in its own. Off by default; then `blocked` is one test of a
/// constant.
class LinkStalls {
 public:
  static void configure(uint64_t seed, uint32_t per_mille);
  static LinkStalls enroll();

  bool blocked(Cycle now) const { return per_mille_ != 0 && draw(now) % 1000 < per_mille_; }

 private:
  [[gnu::noinline]] uint64_t draw(Cycle now) const;

  uint64_t seed_ = 0;
  uint32_t per_mille_ = 0;
};

}  // namespace systole
