#pragma once
// Algorithms that work in several passes through DRAM: each pass transforms a tensor or multiplies two. The
// same description is turned into a program for the machine and followed by the plain reference.
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "models/isa.h"
#include "sim/lanes/post_program.h"
#include "sim/lowering/accumulation_order.h"
#include "sim/lowering/dram_layout.h"
#include "sim/workload/problem.h"

namespace systole {

/// How items and taps lie along one axis of a tensor. Pitches in elements. With an extent, item and tap meet
/// the coordinate item * step + tap * dilation - pad, and what lies outside [0, extent) is zero when read and
/// dropped when written.
struct StageAxis {
  uint32_t taps = 1;
  int64_t item_pitch = 0, tap_pitch = 0;
  uint32_t step = 0, dilation = 1, pad = 0, extent = 0;
  /// The coordinates of a block are stored as one span (overlapping or neighbouring windows), else tap by
  /// tap.
  bool window = false;

  /// Windows of `taps` coordinates, `step` apart, along an axis whose coordinates lie `pitch` apart.
  static StageAxis windows(uint32_t taps, uint32_t step, uint32_t dilation, uint32_t pad, uint32_t extent,
                           int64_t pitch);
  /// A plane a tap.
  static StageAxis planes(uint32_t taps, int64_t item_pitch, int64_t tap_pitch);
  /// The axis cut into `taps` equal blocks of `size` coordinates each; the last may be cut off by the extent.
  static StageAxis blocks(uint32_t taps, uint32_t size, uint32_t extent, int64_t pitch);

  int64_t coordinate(int64_t item, int64_t tap) const { return item * step + tap * dilation - pad; }
  bool holds(int64_t item, int64_t tap) const {
    const int64_t at = coordinate(item, tap);
    return extent == 0 || (at >= 0 && at < int64_t{extent});
  }
  /// Elements from the tensor's base.
  int64_t offset(int64_t item, int64_t tap) const {
    return item * item_pitch + tap * tap_pitch - (window ? int64_t{pad} * (tap_pitch / dilation) : 0);
  }
};

/// A tensor in DRAM as a transform reads or writes it. Tap (u, v) of the two axes is register u *
/// horizontal.taps + v.
struct StageSide {
  Tensor tensor = Tensor::workspace;
  uint64_t base = 0;
  Format format = Format::fp32;
  std::array<int64_t, 2> outer_pitch{};  ///< elements, of items[0] and items[1]
  StageAxis vertical, horizontal;        ///< of items[2] and items[3]
  int64_t inner_pitch = 1;               ///< elements, of items[4]

  uint32_t taps() const { return vertical.taps * horizontal.taps; }
  uint32_t bits() const { return traits_of(format).bits; }  ///< of an element
};

/// What becomes of a layer's results before they leave, on the vector unit by `program`. The bias
/// of items[0] = g, items[4] = i is value g * items[4] + i; with `bias_by_column`, where items[4] is 1, that
/// of g and the target's horizontal coordinate c is value g * horizontal.extent + c.
struct StagePost {
  PostOps ops;
  uint64_t bias_base = 0;
  bool bias_by_column = false;
  std::shared_ptr<const LaneProgram> program;
};
inline StagePost stage_post_of(const PostOps& ops, uint64_t bias_base, bool bias_by_column = false) {
  return {ops, bias_base, bias_by_column, post_program(ops)};
}

/// Runs a lane program on every item.
struct TransformStage {
  std::string name;
  std::shared_ptr<const LaneProgram> program;
  std::array<uint32_t, 5> items{1, 1, 1, 1, 1};
  StageSide source, target;
  StagePost post;

  Format stored() const { return post.ops.converts() ? post.ops.output : target.format; }  ///< in DRAM
  LaneNumber number() const { return traits_of(source.format).lane; }
};

/// Multiplies two tensors: `problem` is a gemm over all its groups.
struct ProductStage {
  std::string name;
  Problem problem;
  DramLayout layout;
  AccumulationOrder order;  ///< filled when the stage is lowered
};

using Stage = std::variant<TransformStage, ProductStage>;

}  // namespace systole
