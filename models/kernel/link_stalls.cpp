#include "models/kernel/link_stalls.h"

namespace systole {
namespace {

struct Settings {
  uint64_t seed = 0, links = 0;
  uint32_t per_mille = 0;
};

Settings& settings() {
  static Settings instance;
  return instance;
}

/// splitmix64 (Steele, Lea, Flood 2014)
uint64_t mix(uint64_t x) {
  x += 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

}  // namespace

void LinkStalls::configure(uint64_t seed, uint32_t per_mille) {
  settings().seed = seed;
  settings().per_mille = per_mille;
}

LinkStalls LinkStalls::enroll() {
  LinkStalls stalls;
  stalls.seed_ = mix(settings().seed + settings().links++);
  stalls.per_mille_ = settings().per_mille;
  return stalls;
}

uint64_t LinkStalls::draw(Cycle now) const { return mix(seed_ ^ now); }

}  // namespace systole
