#include "models/lane_program.h"

#include "models/clones.h"

namespace systole {
namespace {

typedef float FloatLane __attribute__((may_alias));

/// Floats, and integers as unsigned numbers, which wrap around.
template <class T, class Scale, class Divide>
SYSTOLE_INLINE void run_step(const LaneStep& step, T* registers, std::size_t lanes, Scale scale,
                             Divide divide) {
  T* to = registers + step.target * lanes;
  const T* a = registers + step.a * lanes;
  const T* b = registers + step.b * lanes;
  switch (step.op) {
    case LaneOpcode::add:
      for (std::size_t l = 0; l < lanes; ++l) to[l] = a[l] + b[l];
      break;
    case LaneOpcode::subtract:
      for (std::size_t l = 0; l < lanes; ++l) to[l] = a[l] - b[l];
      break;
    case LaneOpcode::multiply:
    case LaneOpcode::shift:
      for (std::size_t l = 0; l < lanes; ++l) to[l] = scale(a[l]);
      break;
    case LaneOpcode::divide:
      for (std::size_t l = 0; l < lanes; ++l) to[l] = divide(a[l]);
      break;
    case LaneOpcode::negate:
      for (std::size_t l = 0; l < lanes; ++l) to[l] = -a[l];
      break;
    case LaneOpcode::copy:
      for (std::size_t l = 0; l < lanes; ++l) to[l] = a[l];
      break;
  }
}

SYSTOLE_CLONES void run_fp32(const LaneProgram& program, uint32_t* registers, uint32_t lanes) {
  for (const LaneStep& step : program.steps) {
    const float by = step.constant;
    run_step(
        step, reinterpret_cast<FloatLane*>(registers), lanes, [by](float a) { return a * by; },
        [by](float a) { return a / by; });
  }
}

int32_t divided(uint32_t a, float by) { return static_cast<int32_t>(a) / static_cast<int32_t>(by); }

void run_int32(const LaneProgram& program, uint32_t* registers, uint32_t lanes) {
  for (const LaneStep& step : program.steps) {
    const float by = step.constant;
    const auto divide = [by](uint32_t a) { return static_cast<uint32_t>(divided(a, by)); };
    const bool right = step.op == LaneOpcode::shift && by < 1 && by > -1;
    const auto scale = [by, right](uint32_t a) {
      return right ? static_cast<uint32_t>(divided(a, 1 / by))
                   : a * static_cast<uint32_t>(static_cast<int32_t>(by));
    };
    run_step(step, registers, lanes, scale, divide);
  }
}

}  // namespace

void run_lanes(const LaneProgram& program, uint32_t* registers, uint32_t lanes) {
  if (program.number == LaneNumber::fp32) {
    run_fp32(program, registers, lanes);
  } else {
    run_int32(program, registers, lanes);
  }
}

}  // namespace systole
