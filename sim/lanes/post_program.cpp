#include "sim/lanes/post_program.h"

#include "sim/lanes/activation_steps.h"

namespace systole {
namespace {

using Op = LaneOpcode;
using Value = LaneSequence::Value;

struct Post {
  const PostOps& ops;
  LaneSequence steps;
  Value x = 0, bias = 1;

  explicit Post(const PostOps& wanted)
      : ops(wanted),
        steps(ops.is_float() ? LaneNumber::fp32 : LaneNumber::int32, 1 + ops.channel_numbers()) {}

  Value scale() { return ops.scale_by_channel ? ops.channel_numbers() : steps.constant(ops.scale); }

  void in_fp32() {
    if (ops.has_scale) x = steps.apply(Op::product, x, scale());
    x = apply_activation(ops.activation, steps, x);
  }

  void of_floats() {
    if (ops.bias) x = steps.apply(Op::add, x, bias);
    in_fp32();
    if (ops.converts()) x = steps.apply(Op::narrow, x);
  }

  void of_wide_integers() {
    if (ops.bias) x = steps.apply(Op::add, x, bias);
    if (ops.activation) x = steps.apply(Op::maximum, x, steps.constant(0));
  }

  void of_narrowed_integers() {
    if (ops.bias) x = steps.apply(Op::add_saturated, x, bias);
    if (ops.passes_fp32()) {
      steps.take(LaneNumber::fp32);
      x = steps.apply(Op::to_fp32, x);
      in_fp32();
      if (ops.output_scale != 1) x = steps.times(x, 1 / ops.output_scale);
      steps.take(LaneNumber::int32);
      x = steps.apply(Op::to_int32, x);
    } else if (ops.has_scale) {
      x = steps.apply(Op::rescale, x, scale());
    }
    const Value zero = steps.constant(ops.zero_point);
    if (ops.zero_point != 0) x = steps.apply(Op::add_saturated, x, zero);
    if (ops.activation && !ops.passes_fp32()) x = steps.apply(Op::maximum, x, zero);
    const NumberFormat& output = traits_of(ops.output);
    x = steps.apply(Op::narrow, x, steps.constant(static_cast<int32_t>(output.lowest)),
                    steps.constant(static_cast<int32_t>(output.highest)));
  }
};

}  // namespace

std::shared_ptr<const LaneProgram> post_program(const PostOps& ops) {
  Post post(ops);
  if (ops.is_float()) {
    post.of_floats();
  } else if (ops.converts()) {
    post.of_narrowed_integers();
  } else {
    post.of_wide_integers();
  }
  return std::make_shared<const LaneProgram>(post.steps.program({post.x}));
}

}  // namespace systole
