#include "models/lane_program.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "models/clones.h"
#include "models/vector/special_functions.h"

namespace systole {
namespace {

/// A step's registers, a lane each.
template <class T>
struct StepLanes {
  typedef T Lanes __attribute__((may_alias));
  Lanes* to;
  const Lanes *a, *b, *c;
  std::size_t lanes;

  StepLanes(const LaneStep& step, uint32_t* registers, std::size_t count) : lanes(count) {
    Lanes* all = reinterpret_cast<Lanes*>(registers);
    to = all + step.target * lanes;
    a = all + step.a * lanes;
    b = all + step.b * lanes;
    c = all + step.c * lanes;
  }
  template <class Result>
  SYSTOLE_INLINE void each(const Result& result) const {
    for (std::size_t l = 0; l < lanes; ++l) to[l] = result(l);
  }
};

int32_t whole(uint32_t lane) { return static_cast<int32_t>(lane); }
float as_float(uint32_t lane) {
  float value;
  std::memcpy(&value, &lane, sizeof value);
  return value;
}

int32_t within_int32(int64_t value) {
  return static_cast<int32_t>(std::clamp<int64_t>(value, INT32_MIN, INT32_MAX));
}

/// Exact up to the one rounding: significands of 24 and 32 bits fit 64.
int32_t rescaled(int32_t a, float by) {
  if (a == 0 || by == 0 || std::isnan(by)) return 0;
  if (std::isinf(by)) return (a < 0) == (by < 0) ? INT32_MAX : INT32_MIN;
  int exponent;
  const auto significand = static_cast<int64_t>(std::ldexp(std::frexp(by, &exponent), 24));
  exponent -= 24;  // by == significand * 2^exponent
  const int64_t product = a * significand;
  if (exponent >= 0) {
    const bool far = exponent > 31 || std::abs(product) >= int64_t{1} << 31;
    return far ? (product < 0 ? INT32_MIN : INT32_MAX) : within_int32(product * (int64_t{1} << exponent));
  }
  if (exponent < -62) return 0;
  const int shift = -exponent;
  const int64_t floor = product >> shift, rest = product - floor * (int64_t{1} << shift),
                half = int64_t{1} << (shift - 1);
  return within_int32(floor + (rest > half || (rest == half && floor % 2 != 0) ? 1 : 0));
}

int32_t nearest_int32(float a) {
  if (std::isnan(a)) return 0;
  constexpr float kLimit = 0x1p31F;
  if (a >= kLimit) return INT32_MAX;
  return a < -kLimit ? INT32_MIN : static_cast<int32_t>(std::nearbyint(a));
}

float looked_up(const LaneTable& table, float a) {
  if (std::isnan(a)) return a;
  const auto segments = static_cast<float>(table.values.size() - 1);
  const float place = (a - table.low) * (segments / (table.high - table.low));
  const float inside = place < 0 ? 0 : place > segments ? segments : place;
  const auto at = std::min(static_cast<std::size_t>(inside), table.values.size() - 2);
  const float from = table.values[at], to = table.values[at + 1];
  return from + (inside - static_cast<float>(at)) * (to - from);
}

SYSTOLE_INLINE void step_fp32(const LaneProgram& program, const LaneStep& step, uint32_t* registers,
                              std::size_t lanes) {
  const StepLanes<float> s(step, registers, lanes);
  const float by = step.constant;
  switch (step.op) {
    case LaneOpcode::add:
      return s.each([&](std::size_t l) { return s.a[l] + s.b[l]; });
    case LaneOpcode::subtract:
      return s.each([&](std::size_t l) { return s.a[l] - s.b[l]; });
    case LaneOpcode::multiply:
    case LaneOpcode::shift:
      return s.each([&](std::size_t l) { return s.a[l] * by; });
    case LaneOpcode::divide:
      return s.each([&](std::size_t l) { return s.a[l] / by; });
    case LaneOpcode::product:
      return s.each([&](std::size_t l) { return s.a[l] * s.b[l]; });
    case LaneOpcode::negate:
      return s.each([&](std::size_t l) { return -s.a[l]; });
    case LaneOpcode::maximum:
      return s.each([&](std::size_t l) { return s.a[l] < s.b[l] ? s.b[l] : s.a[l]; });
    case LaneOpcode::minimum:
      return s.each([&](std::size_t l) { return s.b[l] < s.a[l] ? s.b[l] : s.a[l]; });
    case LaneOpcode::select:
      return s.each([&](std::size_t l) { return s.a[l] < 0 ? s.b[l] : s.c[l]; });
    case LaneOpcode::copy:
    case LaneOpcode::narrow:
      return s.each([&](std::size_t l) { return s.a[l]; });
    case LaneOpcode::reciprocal:
      return s.each([&](std::size_t l) { return reciprocal_of(s.a[l]); });
    case LaneOpcode::rsqrt:
      return s.each([&](std::size_t l) { return reciprocal_root_of(s.a[l]); });
    case LaneOpcode::exp2:
      return s.each([&](std::size_t l) { return power_of_two(s.a[l]); });
    case LaneOpcode::log2:
      return s.each([&](std::size_t l) { return logarithm_to_two(s.a[l]); });
    case LaneOpcode::table:
      return s.each([&](std::size_t l) { return looked_up(program.tables[step.b], s.a[l]); });
    case LaneOpcode::to_fp32: {
      const StepLanes<uint32_t> bits(step, registers, lanes);
      return s.each([&](std::size_t l) { return static_cast<float>(whole(bits.a[l])); });
    }
    case LaneOpcode::to_int32:
    case LaneOpcode::add_saturated:
    case LaneOpcode::rescale:
      break;  // of integers
  }
}

/// Integers as unsigned numbers, which wrap around.
void step_int32(const LaneStep& step, uint32_t* registers, std::size_t lanes) {
  const StepLanes<uint32_t> s(step, registers, lanes);
  const float by = step.constant;
  const auto divided = [](uint32_t a, float divisor) {
    return static_cast<uint32_t>(whole(a) / static_cast<int32_t>(divisor));
  };
  const auto times = [by](uint32_t a) { return a * static_cast<uint32_t>(static_cast<int32_t>(by)); };
  switch (step.op) {
    case LaneOpcode::add:
      return s.each([&](std::size_t l) { return s.a[l] + s.b[l]; });
    case LaneOpcode::subtract:
      return s.each([&](std::size_t l) { return s.a[l] - s.b[l]; });
    case LaneOpcode::multiply:
      return s.each([&](std::size_t l) { return times(s.a[l]); });
    case LaneOpcode::shift:
      if (by < 1 && by > -1) return s.each([&](std::size_t l) { return divided(s.a[l], 1 / by); });
      return s.each([&](std::size_t l) { return times(s.a[l]); });
    case LaneOpcode::divide:
      return s.each([&](std::size_t l) { return divided(s.a[l], by); });
    case LaneOpcode::product:
      return s.each([&](std::size_t l) { return s.a[l] * s.b[l]; });
    case LaneOpcode::negate:
      return s.each([&](std::size_t l) { return -s.a[l]; });
    case LaneOpcode::add_saturated:
      return s.each([&](std::size_t l) {
        return static_cast<uint32_t>(within_int32(int64_t{whole(s.a[l])} + whole(s.b[l])));
      });
    case LaneOpcode::rescale:
      return s.each(
          [&](std::size_t l) { return static_cast<uint32_t>(rescaled(whole(s.a[l]), as_float(s.b[l]))); });
    case LaneOpcode::maximum:
      return s.each([&](std::size_t l) { return whole(s.a[l]) < whole(s.b[l]) ? s.b[l] : s.a[l]; });
    case LaneOpcode::minimum:
      return s.each([&](std::size_t l) { return whole(s.b[l]) < whole(s.a[l]) ? s.b[l] : s.a[l]; });
    case LaneOpcode::select:
      return s.each([&](std::size_t l) { return whole(s.a[l]) < 0 ? s.b[l] : s.c[l]; });
    case LaneOpcode::to_int32:
      return s.each([&](std::size_t l) { return static_cast<uint32_t>(nearest_int32(as_float(s.a[l]))); });
    case LaneOpcode::copy:
      return s.each([&](std::size_t l) { return s.a[l]; });
    case LaneOpcode::narrow:
      return s.each([&](std::size_t l) {
        return static_cast<uint32_t>(std::clamp(whole(s.a[l]), whole(s.b[l]), whole(s.c[l])));
      });
    case LaneOpcode::to_fp32:
    case LaneOpcode::reciprocal:
    case LaneOpcode::rsqrt:
    case LaneOpcode::exp2:
    case LaneOpcode::log2:
    case LaneOpcode::table:
      break;  // of floating-point numbers
  }
}

/// Steps on fp32 numbers from `first` on, as many as follow one another; returns the step behind them.
SYSTOLE_CLONES const LaneStep* run_fp32(const LaneProgram& program, const LaneStep* first,
                                        uint32_t* registers, uint32_t lanes) {
  const LaneStep* end = program.steps.data() + program.steps.size();
  for (; first != end && first->number == LaneNumber::fp32; ++first)
    step_fp32(program, *first, registers, lanes);
  return first;
}

}  // namespace

void run_lanes(const LaneProgram& program, uint32_t* registers, uint32_t lanes) {
  const LaneStep *step = program.steps.data(), *end = step + program.steps.size();
  while (step != end) {
    step = run_fp32(program, step, registers, lanes);
    for (; step != end && step->number == LaneNumber::int32; ++step) step_int32(*step, registers, lanes);
  }
}

}  // namespace systole
