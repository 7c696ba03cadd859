#pragma once
#include <cstring>

#include "models/number/lane.h"

namespace systole::test {

inline float float_of(Lane lane) {
  float value;
  std::memcpy(&value, &lane, sizeof value);
  return value;
}

inline Lane lane_of(float value) {
  Lane lane;
  std::memcpy(&lane, &value, sizeof lane);
  return lane;
}

}  // namespace systole::test
