#include "sim/reference/stage_transform.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include "sim/reference/post_ops.h"
#include "sim/reference/stored_numbers.h"

namespace systole {
namespace {

template <class T>
T get(const uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

/// Numbers of one format in an image of DRAM, as T.
template <class T>
class Stored {
 public:
  explicit Stored(Format format) : format_(traits_of(format)) {}
  /// `index`: in elements from the byte `base` on.
  T fetch(const uint8_t* image, uint64_t base, uint64_t index) const {
    if (is_plain_) return get<T>(image + base + index * sizeof(T));
    return static_cast<T>(number_of(format_, pattern_at(format_, image + base, index)));
  }
  void put(T value, uint8_t* image, uint64_t base, uint64_t index) const {
    if (is_plain_) {
      std::memcpy(image + base + index * sizeof(T), &value, sizeof value);
    } else {
      put_pattern(format_, pattern_of(format_, static_cast<double>(value)), image + base, index);
    }
  }

 private:
  const NumberFormat& format_;
  bool is_plain_ = format_.bits == 32 && format_.unused_bits == 0;
};

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
    default:
      throw std::logic_error("a transform has linear steps alone");
  }
}

float finished(const StagePost& post, float value, float bias) { return finish(post.ops, value, bias); }
int32_t finished(const StagePost& post, int32_t value, int32_t bias) {
  return finish(post.ops, value, bias, post.ops.scale);
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
  /// Calls visit(tap, the element that its first item is) for the taps that exist, skip(tap) for the others.
  template <class Visit, class Skip>
  void each_tap(const StageSide& side, const Visit& visit, const Skip& skip) const {
    for (uint32_t u = 0; u < side.vertical.taps; ++u) {
      for (uint32_t v = 0; v < side.horizontal.taps; ++v) {
        const uint32_t tap = u * side.horizontal.taps + v;
        if (!side.vertical.holds(i_[2], u) || !side.horizontal.holds(i_[3], v)) {
          skip(tap);
          continue;
        }
        const int64_t offset = i_[0] * side.outer_pitch[0] + i_[1] * side.outer_pitch[1] +
                               side.vertical.offset(i_[2], u) + side.horizontal.offset(i_[3], v);
        visit(tap, static_cast<uint64_t>(offset));
      }
    }
  }

  void read() {
    const StageSide& side = stage_.source;
    const Stored<T> numbers(side.format);
    const auto pitch = static_cast<uint64_t>(side.inner_pitch);
    each_tap(
        side,
        [&](uint32_t tap, uint64_t first) {
          for (size_t i = 0; i < row_; ++i)
            registers_[tap * row_ + i] = numbers.fetch(image_, side.base, first + i * pitch);
        },
        [&](uint32_t tap) { std::fill_n(registers_.begin() + static_cast<int64_t>(tap * row_), row_, T{}); });
  }

  void write() {
    const StageSide& side = stage_.target;
    const Stored<T> numbers(stage_.stored());
    const auto pitch = static_cast<uint64_t>(side.inner_pitch);
    each_tap(
        side,
        [&](uint32_t tap, uint64_t first) {
          const T* values = registers_.data() + stage_.program->outputs[tap] * row_;
          for (size_t i = 0; i < row_; ++i) {
            const T value = absolute_ ? values[i] : finished(stage_.post, values[i], bias(i, v_of(tap)));
            numbers.put(value, image_, side.base, first + i * pitch);
          }
        },
        [](uint32_t) {});
  }

  uint32_t v_of(uint32_t tap) const { return tap % stage_.target.horizontal.taps; }

  /// Of item i of the row, tap v of the horizontal axis.
  T bias(size_t i, uint32_t v) const {
    if (!stage_.post.ops.bias) return {};
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
  if (stage.number() == LaneNumber::fp32) {
    Runner<float>(stage, image, absolute).run();
  } else {
    Runner<int32_t>(stage, image, absolute).run();
  }
}

}  // namespace systole
