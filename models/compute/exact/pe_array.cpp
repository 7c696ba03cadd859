#include "models/compute/exact/pe_array.h"

#include <algorithm>

#include "models/clones.h"

namespace systole {
namespace {

uint64_t power_of_two_above(uint64_t n) {
  uint64_t power = 1;
  while (power <= n) power *= 2;
  return power;
}

constexpr uint32_t kBubble = ~uint32_t{0};

}  // namespace

void PeArray::configure(const ArrayShape& shape) {
  shape_ = shape;
  const Arithmetic arithmetic = arithmetic_of(shape.summation, shape.formats);
  kernel_ = arithmetic.step(shape.systolic, shape.depth);
  fill_ = arithmetic.fill;
  minus_zero_ = arithmetic.minus_zero;
  aligned_ = aligned_args(arithmetic, shape.x_format, shape.y_format);
  const uint64_t rows = shape.rows, width = shape.width();
  const uint64_t waves = power_of_two_above(uint64_t{shape.rows} + shape.cols + shape.timing.latency + 1);
  x_mask_ = y_mask_ = sum_mask_ = waves - 1;
  // A row's window of x is kept newest first and twice over, so that any stretch of it is contiguous. The odd
  // vector between rows keeps their strides off powers of two.
  x_plane_ = shape.systolic ? 2 * waves * shape.y_lanes : 1;
  x_row_ =
      shape.systolic ? x_plane_ * shape.x_lanes * shape.depth + 16 : uint64_t{shape.x_lanes} * shape.depth;
  x_.assign(shape.systolic ? x_row_ * rows : x_row_ * rows * waves, 0);
  y_plane_ = width;
  y_.assign(shape.stationary ? 0 : waves * shape.depth * width, fill_);
  held_.assign(shape.stationary ? rows * shape.depth * width : 0, fill_);
  blocks_ = shape.stationary ? 1 : shape.blocks();
  turns_.assign(blocks_ > 1 ? waves : 0, kBubble);
  sums_.assign((shape.stationary ? waves : blocks_ * rows) * shape.x_lanes * width, minus_zero_);
  slots_store_.assign(
      shape.register_sets() * blocks_ * rows * (shape.stationary ? shape.depth : shape.x_lanes) * width,
      fill_);
  foot_.assign(shape.x_lanes * width, 0);
  boundaries_.clear();
}

void PeArray::enter_x(uint64_t tau, const Lane* x_block) {
  const uint32_t blocks = shape_.x_lanes * shape_.depth;
  if (!shape_.systolic) {
    Lane* wave = x_.data() + (tau & x_mask_) * x_row_ * shape_.rows;
    const std::size_t n = x_row_ * shape_.rows;
    x_block != nullptr ? std::copy_n(x_block, n, wave) : std::fill_n(wave, n, Lane{0});
    return;
  }
  const uint32_t lanes = shape_.y_lanes;
  const std::size_t again = (x_mask_ + 1) * lanes;
  Lane* row = x_.data() + (x_mask_ - (tau & x_mask_)) * lanes;
  if (blocks * lanes == 1) {
    for (uint32_t i = 0; i < shape_.rows; ++i, row += x_row_) {
      row[0] = row[again] = x_block != nullptr ? x_block[i] : 0;
    }
    return;
  }
  for (uint32_t i = 0; i < shape_.rows; ++i, row += x_row_) {
    Lane* first = row;
    for (uint32_t b = 0; b < blocks; ++b, first += x_plane_) {
      const Lane value = x_block != nullptr ? *x_block++ : 0;
      std::fill_n(first, lanes, value);
      std::fill_n(first + again, lanes, value);
    }
  }
}

void PeArray::enter_y(uint64_t tau, const Lane* y_block) {
  const uint32_t width = shape_.width(), lanes = shape_.y_lanes;
  const std::size_t wave_size = shape_.depth * y_plane_, first = tau & y_mask_;
  if (shape_.col_skew() == 0) {
    Lane* wave = y_.data() + first * wave_size;
    y_block != nullptr ? std::copy_n(y_block, wave_size, wave) : std::fill_n(wave, wave_size, fill_);
    return;
  }
  // A column a wave, from `first` on and, past the ring's end, from its beginning.
  const uint32_t before_end = static_cast<uint32_t>(std::min<std::size_t>(shape_.cols, y_mask_ + 1 - first));
  for (uint32_t z = 0; z < shape_.depth; ++z) {
    Lane* to = y_.data() + first * wave_size + z * y_plane_;
    const Lane* from = y_block != nullptr ? y_block + z * width : nullptr;
    enter_columns(to, from, before_end, lanes, wave_size + lanes);
    to = y_.data() + z * y_plane_ + before_end * lanes;
    if (from != nullptr) from += before_end * lanes;
    enter_columns(to, from, shape_.cols - before_end, lanes, wave_size + lanes);
  }
}

/// Each column's lanes `step` further on than its neighbour's.
void PeArray::enter_columns(Lane* to, const Lane* from, uint32_t cols, uint32_t lanes,
                            std::size_t step) const {
  if (from == nullptr) {
    for (uint32_t col = 0; col < cols; ++col) std::fill_n(to + col * step, lanes, fill_);
  } else if (lanes == 1) {
    for (uint32_t col = 0; col < cols; ++col) to[col * step] = from[col];
  } else {
    for (uint32_t col = 0; col < cols; ++col) std::copy_n(from + col * lanes, lanes, to + col * step);
  }
}

void PeArray::enter(uint64_t tau, const Lane* x_block, const Lane* y_block, uint32_t block) {
  enter_x(tau, x_block);
  if (blocks_ > 1) turns_[tau & x_mask_] = x_block != nullptr ? block : kBubble;
  if (shape_.stationary) {
    const std::size_t line = shape_.x_lanes * shape_.width();
    std::fill_n(sums_.data() + (tau & sum_mask_) * line, line, minus_zero_);
  } else {
    enter_y(tau, y_block);
  }
}

void PeArray::begin_results(uint64_t tau, uint32_t slot) { boundaries_.push_back({tau, slot}); }

void PeArray::begin_operand(uint64_t tau, uint32_t slot) { boundaries_.push_back({tau, slot}); }

Lane* PeArray::preload_row(uint32_t slot, uint32_t row) {
  return slots_store_.data() + (uint64_t{slot} * shape_.rows + row) * shape_.depth * shape_.width();
}

const Lane* PeArray::drained_row(uint32_t slot, uint32_t row, uint32_t block) const {
  const uint64_t place = (uint64_t{slot} * blocks_ + block) * shape_.rows + row;
  return slots_store_.data() + place * shape_.x_lanes * shape_.width();
}

/// One row of PEs, `lanes` of it from `lane` on.
SYSTOLE_INLINE void PeArray::pass(const Boundary& boundary, uint64_t row, uint32_t lane, uint32_t lanes) {
  const uint32_t width = shape_.width(), planes = shape_.stationary ? shape_.depth : shape_.x_lanes;
  const Lane fresh = minus_zero_;
  for (uint32_t block = 0; block < blocks_; ++block) {
    const uint64_t place = block * uint64_t{shape_.rows} + row, all = uint64_t{blocks_} * shape_.rows;
    Lane* __restrict store = slots_store_.data() + (boundary.slot * all + place) * planes * width;
    Lane* __restrict present = (shape_.stationary ? held_ : sums_).data() + place * planes * width;
    for (uint32_t p = 0; p < planes; ++p, store += width, present += width) {
      for (uint32_t l = lane; l < lane + lanes; ++l) {
        if (shape_.stationary) {
          present[l] = store[l];
        } else {
          store[l] = present[l];
          present[l] = fresh;
        }
      }
    }
  }
}

void PeArray::pass_boundaries(uint64_t tau) {
  for (const Boundary& boundary : boundaries_) {
    if (boundary.tau > tau) break;  // its wave has yet to enter
    const uint64_t age = tau - boundary.tau;
    if (shape_.col_skew() == 0) {
      if (shape_.row_skew() == 0) {
        for (uint32_t row = 0; age == 0 && row < shape_.rows; ++row) pass(boundary, row, 0, shape_.width());
      } else if (age < shape_.rows) {
        pass(boundary, age, 0, shape_.width());
      }
      continue;
    }
    const uint64_t first_row = age >= shape_.cols ? age - shape_.cols + 1 : 0;
    const uint64_t end_row = std::min<uint64_t>(shape_.rows, age + 1);
    for (uint64_t row = first_row; row < end_row; ++row) {
      const uint32_t col = static_cast<uint32_t>(age - row);
      pass(boundary, row, col * shape_.y_lanes, shape_.y_lanes);
    }
  }
  while (!boundaries_.empty() && tau >= boundaries_.front().tau + shape_.crossing()) boundaries_.pop_front();
}

void PeArray::work(uint64_t tau, uint32_t rows, uint32_t width) {
  if (!boundaries_.empty()) pass_boundaries(tau);
  if (rows == 0) return;
  if (blocks_ > 1) return work_blocks(tau, rows, width);
  // All rings are equally long, so what a row works on lies evenly apart from what its neighbours do, but
  // where the waves' places in the rings begin anew.
  const uint64_t wave = tau & x_mask_;
  const uint64_t before_end = shape_.row_skew() == 0 ? rows : std::min<uint64_t>(rows, wave + 1);
  work_rows(wave, 0, static_cast<uint32_t>(before_end), width);
  if (before_end < rows) {
    work_rows(x_mask_, static_cast<uint32_t>(before_end), rows - static_cast<uint32_t>(before_end), width);
  }
}

StepArgs PeArray::step_args() const {
  StepArgs args;
  args.x_lanes = shape_.x_lanes;
  args.depth = shape_.depth;
  args.aligned = aligned_;
  args.dst_stride = shape_.width();
  args.x_stride = x_plane_;
  args.y_stride = y_plane_;
  return args;
}

/// PEs of several accumulator blocks: neighbours in a systolic array work on blocks of their own, so each PE,
/// or on buses each row of them, is told which. y streams.
void PeArray::work_blocks(uint64_t tau, uint32_t rows, uint32_t width) {
  StepArgs args = step_args();
  args.rows = 1;
  const uint32_t at_once = shape_.col_skew() == 0 ? width : shape_.y_lanes;
  args.width = at_once;
  for (uint32_t row = 0; row < rows; ++row) {
    const uint64_t wave = (tau - row * shape_.row_skew()) & x_mask_;
    for (uint32_t lane = 0; lane < width; lane += at_once) {
      const uint32_t block = turns_[(wave - lane / shape_.y_lanes * shape_.col_skew()) & x_mask_];
      if (block == kBubble) continue;
      args.x = shape_.systolic ? x_.data() + row * x_row_ + (x_mask_ - wave) * shape_.y_lanes + lane
                               : x_.data() + (wave * shape_.rows + row) * x_row_;
      args.y = y_.data() + wave * shape_.depth * y_plane_ + lane;
      args.dst =
          sums_.data() + (uint64_t{block} * shape_.rows + row) * shape_.x_lanes * shape_.width() + lane;
      kernel_(args);
    }
  }
}

/// `wave`: the ring's place that row `first` works on.
void PeArray::work_rows(uint64_t wave, uint32_t first, uint32_t rows, uint32_t width) {
  const auto skew = static_cast<std::ptrdiff_t>(shape_.row_skew());
  const std::size_t sums = std::size_t{shape_.x_lanes} * shape_.width(), y_size = shape_.depth * y_plane_;
  StepArgs args = step_args();
  args.rows = rows;
  args.width = width;
  const auto x_row = static_cast<std::ptrdiff_t>(x_row_);
  if (shape_.systolic) {
    args.x = x_.data() + first * x_row_ + (x_mask_ - wave) * shape_.y_lanes;
    args.x_row = x_row + skew * static_cast<std::ptrdiff_t>(shape_.y_lanes);
  } else {
    args.x = x_.data() + (wave * shape_.rows + first) * x_row_;
    args.x_row = x_row - skew * x_row * static_cast<std::ptrdiff_t>(shape_.rows);
  }
  if (shape_.stationary) {
    args.dst = sums_.data() + wave * sums;
    args.dst_row = -skew * static_cast<std::ptrdiff_t>(sums);
    args.y = held_.data() + first * y_size;
    args.y_row = static_cast<std::ptrdiff_t>(y_size);
  } else {
    args.dst = sums_.data() + first * sums;
    args.dst_row = static_cast<std::ptrdiff_t>(sums);
    args.y = y_.data() + wave * y_size;
    args.y_row = -skew * static_cast<std::ptrdiff_t>(y_size);
  }
  kernel_(args);
}

const Lane* PeArray::foot(uint64_t entered) {
  const uint32_t width = shape_.width(), lanes = shape_.y_lanes;
  if (shape_.col_skew() == 0) return sums_.data() + (entered & sum_mask_) * shape_.x_lanes * width;
  for (uint32_t x = 0; x < shape_.x_lanes; ++x) {
    for (uint32_t col = 0; col < shape_.cols; ++col) {
      const uint64_t line = (entered + col) & sum_mask_;
      std::copy_n(sums_.data() + (line * shape_.x_lanes + x) * width + col * lanes, lanes,
                  foot_.data() + x * width + col * lanes);
    }
  }
  return foot_.data();
}

}  // namespace systole
