#include "sim/reference/stage_transform.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace systole {
namespace {

template <class T>
T get(const uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

float fetch(float, const uint8_t* from, uint8_t) { return get<float>(from); }

int32_t fetch(int32_t, const uint8_t* from, uint8_t bytes) {
  return bytes == 1 ? get<int8_t>(from) : bytes == 2 ? get<int16_t>(from) : get<int32_t>(from);
}

float times(float a, float constant) { return a * constant; }

int32_t times(int32_t a, float constant) {
  const bool right = constant < 1 && constant > -1;
  return right ? a / static_cast<int32_t>(1 / constant)
               : static_cast<int32_t>(static_cast<uint32_t>(a) *
                                      static_cast<uint32_t>(static_cast<int32_t>(constant)));
}

float plus(float a, float b) { return a + b; }
float minus(float a, float b) { return a - b; }
float over(float a, float b) { return a / b; }
int32_t plus(int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
}
int32_t minus(int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(a) - static_cast<uint32_t>(b));
}
int32_t over(int32_t a, float b) { return a / static_cast<int32_t>(b); }
float negated(float a) { return -a; }
int32_t negated(int32_t a) { return minus(0, a); }

/// One step on all items of a row; register r of item i is registers[r * items + i].
template <class T>
void step_row(const LaneStep& step, T* registers, size_t items, bool absolute) {
  T* to = registers + step.target * items;
  const T* a = registers + step.a * items;
  const T* b = registers + step.b * items;
  const float constant = absolute ? std::fabs(step.constant) : step.constant;
  const auto each = [&](const auto& value) {
    for (size_t i = 0; i < items; ++i) to[i] = value(i);
  };
  switch (step.op) {
    case LaneOpcode::add:
      return each([&](size_t i) { return plus(a[i], b[i]); });
    case LaneOpcode::subtract:
      if (absolute) return each([&](size_t i) { return plus(a[i], b[i]); });
      return each([&](size_t i) { return minus(a[i], b[i]); });
    case LaneOpcode::multiply:
    case LaneOpcode::shift:
      return each([&](size_t i) { return times(a[i], constant); });
    case LaneOpcode::divide:
      return each([&](size_t i) { return over(a[i], constant); });
    case LaneOpcode::negate:
      if (!absolute) return each([&](size_t i) { return negated(a[i]); });
      [[fallthrough]];
    case LaneOpcode::copy:
      return each([&](size_t i) { return a[i]; });
  }
}

float finish(float value, float bias, const StagePost& post) {
  if (post.bias) value = value + bias;
  if (post.has_scale) value = value * post.scale;
  if (std::isnan(value)) return std::numeric_limits<float>::quiet_NaN();
  return post.relu && value < 0 ? 0 : value;
}

int32_t finish(int32_t value, int32_t bias, const StagePost& post) {
  if (post.bias) value = plus(value, bias);
  if (post.requantize) {
    const float scaled = static_cast<float>(value) * post.scale;
    value = static_cast<int32_t>(std::nearbyint(std::min(127.0F, std::max(-128.0F, scaled))));
  }
  return post.relu && value < 0 ? 0 : value;
}

template <class T>
class Runner {
 public:
  Runner(const TransformStage& stage, uint8_t* image, bool absolute)
      : stage_(stage),
        image_(image),
        absolute_(absolute),
        row_(stage.items[4]),
        registers_(stage.program->registers * row_) {}

  void run() {
    const auto& n = stage_.items;
    for (i_[0] = 0; i_[0] < n[0]; ++i_[0])
      for (i_[1] = 0; i_[1] < n[1]; ++i_[1])
        for (i_[2] = 0; i_[2] < n[2]; ++i_[2])
          for (i_[3] = 0; i_[3] < n[3]; ++i_[3]) {
            read();
            for (const LaneStep& step : stage_.program->steps)
              step_row(step, registers_.data(), row_, absolute_);
            write();
          }
  }

 private:
  /// Calls visit(tap, the address of its first item) for the taps that exist, skip(tap) for the others.
  template <class Visit, class Skip>
  void each_tap(const StageSide& side, uint64_t element, const Visit& visit, const Skip& skip) const {
    for (uint32_t u = 0; u < side.vertical.taps; ++u) {
      for (uint32_t v = 0; v < side.horizontal.taps; ++v) {
        const uint32_t tap = u * side.horizontal.taps + v;
        if (!side.vertical.holds(i_[2], u) || !side.horizontal.holds(i_[3], v)) {
          skip(tap);
          continue;
        }
        const int64_t offset = i_[0] * side.outer_pitch[0] + i_[1] * side.outer_pitch[1] +
                               side.vertical.offset(i_[2], u) + side.horizontal.offset(i_[3], v);
        visit(tap, side.base + static_cast<uint64_t>(offset) * element);
      }
    }
  }

  void read() {
    const StageSide& side = stage_.source;
    const uint64_t pitch = static_cast<uint64_t>(side.inner_pitch) * side.element_bytes;
    each_tap(
        side, side.element_bytes,
        [&](uint32_t tap, uint64_t address) {
          for (size_t i = 0; i < row_; ++i)
            registers_[tap * row_ + i] = fetch(T{}, image_ + address + i * pitch, side.element_bytes);
        },
        [&](uint32_t tap) { std::fill_n(registers_.begin() + static_cast<int64_t>(tap * row_), row_, T{}); });
  }

  void write() {
    const StageSide& side = stage_.target;
    const uint64_t element = stage_.post.requantize ? 1 : side.element_bytes;
    const uint64_t pitch = static_cast<uint64_t>(side.inner_pitch) * element;
    each_tap(
        side, element,
        [&](uint32_t tap, uint64_t address) {
          const T* values = registers_.data() + stage_.program->outputs[tap] * row_;
          for (size_t i = 0; i < row_; ++i) {
            const T value = absolute_ ? values[i] : finish(values[i], bias(i, v_of(tap)), stage_.post);
            std::memcpy(image_ + address + i * pitch, &value, element);
          }
        },
        [](uint32_t) {});
  }

  uint32_t v_of(uint32_t tap) const { return tap % stage_.target.horizontal.taps; }

  /// Of item i of the row, tap v of the horizontal axis.
  T bias(size_t i, uint32_t v) const {
    if (!stage_.post.bias) return {};
    const StageAxis& columns = stage_.target.horizontal;
    const bool by_column = stage_.post.bias_by_column;
    const uint64_t width = by_column ? columns.extent : row_,
                   at = by_column ? static_cast<uint64_t>(columns.coordinate(i_[3], v)) : i;
    return get<T>(image_ + stage_.post.bias_base + (i_[0] * width + at) * sizeof(T));
  }

  const TransformStage& stage_;
  uint8_t* image_;
  bool absolute_;
  size_t row_;
  std::vector<T> registers_;  ///< [register][item]
  std::array<uint32_t, 4> i_{};
};

}  // namespace

void run_transform(const TransformStage& stage, uint8_t* image, bool absolute) {
  if (stage.program->number == LaneNumber::fp32) {
    Runner<float>(stage, image, absolute).run();
  } else {
    Runner<int32_t>(stage, image, absolute).run();
  }
}

}  // namespace systole
