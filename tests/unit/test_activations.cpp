// What becomes of a sum: the vector unit's programs against the references, and those against the exact
// functions.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <random>

#include "activations.h"
#include "float_bits.h"
#include "sim/lanes/post_program.h"
#include "sim/reference/activation.h"
#include "sim/reference/post_ops.h"

namespace systole::test {
namespace {

/// The program's output for each of the inputs, register after register.
std::vector<uint32_t> run(const LaneProgram& program, const std::vector<std::vector<uint32_t>>& inputs) {
  const auto lanes = static_cast<uint32_t>(inputs.front().size());
  std::vector<uint32_t> registers(std::size_t{program.registers} * lanes);
  for (const LaneConstant& constant : program.constants)
    std::fill_n(&registers[std::size_t{constant.target} * lanes], lanes, constant.value);
  for (size_t i = 0; i < inputs.size(); ++i)
    std::copy(inputs[i].begin(), inputs[i].end(), &registers[i * lanes]);
  run_lanes(program, registers.data(), lanes);
  const auto from = registers.begin() + std::ptrdiff_t{program.outputs[0]} * lanes;
  return {from, from + lanes};
}

/// Every 65,521st fp32 number, those near zero and where functions turn, infinities and NaN.
std::vector<uint32_t> all_over_fp32() {
  std::vector<uint32_t> patterns;
  for (uint64_t bits = 0; bits < (uint64_t{1} << 32); bits += 65521)
    patterns.push_back(static_cast<uint32_t>(bits));
  for (int i = -4000; i <= 4000; ++i) patterns.push_back(lane_of(static_cast<float>(i) / 256));
  for (const uint32_t bits : {0x7F800000U, 0xFF800000U, 0x7FC00000U, 0x80000000U, 1U, 0x80000001U})
    patterns.push_back(bits);
  return patterns;
}

PostOps with(const Activation& activation) {
  PostOps ops;
  ops.activation = activation;
  return ops;
}

}  // namespace

TEST_CASE("an activation's steps are those of the reference, bit for bit, all over fp32", "[activation]") {
  const std::vector<uint32_t> patterns = all_over_fp32();
  for (const Activation& activation : all_activations()) {
    INFO(activation.traits().name << " table " << activation.table);
    const std::vector<uint32_t> results = run(*post_program(with(activation)), {patterns});
    uint64_t differ = 0;
    for (size_t i = 0; i < patterns.size(); ++i) {
      const float wanted = activation_in_fp32(activation, float_of(patterns[i])), got = float_of(results[i]);
      differ += lane_of(wanted) != results[i] && !(std::isnan(wanted) && std::isnan(got));
    }
    CHECK(differ == 0);
  }
}

TEST_CASE("an activation is as close to the exact function as is said, and not much closer", "[activation]") {
  for (const Activation& activation : all_activations()) {
    INFO(activation.traits().name << " table " << activation.table);
    double closest = 0;
    uint64_t beyond = 0, other_class = 0;
    for (const uint32_t bits : all_over_fp32()) {
      const float x = float_of(bits);
      // Where x * x overflows, so does squareplus.
      if (activation.function == ActivationFunction::squareplus && std::fabs(x) >= 0x1p63F) continue;
      const double exact = exact_activation(activation, double{x});
      const float got = activation_in_fp32(activation, x);
      if (!std::isfinite(exact) || !std::isfinite(got)) {
        other_class += std::isnan(exact) ? !std::isnan(got) : static_cast<float>(exact) != got;
        continue;
      }
      const double off = std::fabs(double{got} - exact), allowed = activation_error(activation, double{x});
      beyond += off > allowed;
      if (allowed > 0) closest = std::max(closest, off / allowed);
    }
    CHECK(beyond == 0);
    CHECK(other_class == 0);
    const bool is_exact = activation_error(activation, 1) == 0;
    if (!is_exact) CHECK(closest > 0.15);
  }
}

TEST_CASE("a slope is never steeper than is said", "[activation]") {
  for (const Activation& activation : all_activations()) {
    INFO(activation.traits().name);
    double steepest = 0;
    for (int i = -4000; i < 4000; ++i) {
      const double x = i / 256.0, y = (i + 1) / 256.0;
      const double rise = exact_activation(activation, y) - exact_activation(activation, x);
      steepest = std::max(steepest, std::fabs(rise) * 256);
    }
    CHECK(steepest <= steepest_slope(activation) * (1 + 1e-9));
    CHECK(steepest > 0.9 * steepest_slope(activation));
  }
}

TEST_CASE("what becomes of a sum is what the reference makes of it, for any post operation", "[activation]") {
  std::mt19937 random(7);
  const auto coin = [&] { return random() % 2 == 0; };
  const std::vector<Activation> activations = all_activations();
  for (int round = 0; round < 400; ++round) {
    PostOps ops;
    const bool is_float = coin();
    const Format floats[] = {Format::fp32, Format::fp16, Format::bf16, Format::fp8_e4m3};
    const Format integers[] = {Format::int32, Format::int8, Format::uint8, Format::int16};
    ops.accumulator = is_float ? Format::fp32 : Format::int32;
    ops.output = (is_float ? floats : integers)[random() % 4];
    ops.bias = coin();
    const bool narrows = !is_float && ops.converts();
    ops.activation = activations[random() % activations.size()];
    if (!is_float && !narrows) ops.activation = relu(coin());
    ops.has_scale = narrows && coin();
    ops.scale_by_channel = ops.has_scale && coin();
    const float scale =
        std::ldexp(1 + static_cast<float>(random() % 1000) / 1000, -static_cast<int>(random() % 34));
    if (ops.has_scale && !ops.scale_by_channel) ops.scale = scale;
    if (narrows && ops.activation && coin()) ops.output_scale = 0.03F;
    if (narrows && coin()) ops.zero_point = static_cast<int32_t>(random() % 200) - 100;

    std::vector<std::vector<uint32_t>> inputs(1 + ops.channel_numbers());
    for (int i = 0; i < 256; ++i) {
      const uint32_t bits = static_cast<uint32_t>(random()), small = bits % 20001 - 10000;
      inputs[0].push_back(is_float ? lane_of(static_cast<float>(static_cast<int32_t>(small)) / 512)
                          : i % 2  ? bits
                                   : small);
      if (ops.bias)
        inputs[1].push_back(is_float ? lane_of(static_cast<float>(i - 128) / 64)
                                     : static_cast<uint32_t>(random()));
      if (ops.scale_by_channel) inputs.back().push_back(lane_of(scale));
    }
    const std::vector<uint32_t> results = run(*post_program(ops), inputs);
    INFO(traits_of(ops.output).name << " " << ops.activation.traits().name << " bias " << ops.bias
                                    << " scale " << ops.has_scale << " output_scale " << ops.output_scale);
    for (size_t i = 0; i < results.size(); ++i) {
      const uint32_t bias = ops.bias ? inputs[1][i] : 0;
      const uint32_t wanted =
          is_float ? lane_of(finish(ops, float_of(inputs[0][i]), float_of(bias)))
                   : static_cast<uint32_t>(finish(ops, static_cast<int32_t>(inputs[0][i]),
                                                  static_cast<int32_t>(bias), ops.has_scale ? scale : 1.0F));
      REQUIRE(results[i] == wanted);
    }
  }
}

TEST_CASE("sums of integers saturate before they become narrower, by hand", "[activation]") {
  PostOps ops;
  ops.accumulator = Format::int32, ops.output = Format::int8;
  ops.bias = ops.has_scale = true;
  ops.scale = 0x1p-25F;  // 2^31 - 1 becomes 64, halves to even
  const std::vector<uint32_t> sums = {0x7FFFFFFF, 0x80000000U, 3U << 24, 5U << 24};
  const std::vector<uint32_t> biases = {1, 0xFFFFFFFFU, 0, 0};
  const auto lanes = run(*post_program(ops), {sums, biases});
  CHECK(lanes == std::vector<uint32_t>{64, static_cast<uint32_t>(-64), 2, 2});
}

TEST_CASE("cycles of a group: a chain is one, a special function four", "[activation]") {
  const auto cycles = [](const PostOps& ops) { return post_program(ops)->cycles(4); };
  PostOps plain = with(relu());
  plain.bias = true;
  plain.output = Format::fp16;
  CHECK(cycles(plain) == 1);  // add, maximum, conversion
  PostOps quantized = plain;
  quantized.accumulator = Format::int32, quantized.output = Format::uint8;
  quantized.has_scale = quantized.scale_by_channel = true;
  quantized.zero_point = 128;
  CHECK(cycles(quantized) == 1);  // add, rescale, add, maximum, clamp
  Activation sigmoid;
  sigmoid.function = ActivationFunction::sigmoid;
  PostOps curve = with(sigmoid);
  curve.bias = true;
  CHECK(cycles(curve) == 1 + 4 + 1 + 4);  // add and times, 2^x, add, reciprocal
  curve.activation.table = 64;
  CHECK(cycles(curve) == 1 + 4);
  curve.activation.table = 0;
  curve.accumulator = Format::int32, curve.output = Format::int8;
  curve.output_scale = 0.5F;
  // add; to fp32; times; 2^x; add; reciprocal; times, to int32, clamp
  CHECK(cycles(curve) == 1 + 1 + 1 + 4 + 1 + 4 + 1);
}

TEST_CASE("what becomes of a sum fits the registers of the smallest vector unit", "[activation]") {
  constexpr uint16_t kLeastRegisters = 16;  // as sim/config/arch_fields.cpp has it
  for (const Activation& activation : all_activations()) {
    INFO(activation.traits().name);
    PostOps ops = with(activation);
    ops.bias = true;
    CHECK(post_program(ops)->registers <= kLeastRegisters);
    ops.accumulator = Format::int32, ops.output = Format::uint8;
    ops.has_scale = ops.scale_by_channel = true;
    ops.zero_point = 3, ops.output_scale = 0.5F;
    CHECK(post_program(ops)->registers <= kLeastRegisters);
  }
}

TEST_CASE("a chained step goes on along the row, or the program is refused", "[activation]") {
  const auto chain = [](LaneOpcode first, LaneOpcode second, uint16_t from = 1) {
    LaneProgram program;
    program.registers = 2;
    program.inputs = 1;
    LaneStep a{first, 1, 0, 0, 0}, b{second, 1, from, 0, 0};
    b.chained = true;
    program.steps = {a, b};
    return program.cycles(4);
  };
  CHECK(chain(LaneOpcode::add, LaneOpcode::multiply) == 1);
  CHECK(chain(LaneOpcode::multiply, LaneOpcode::add) == 1);
  CHECK_THROWS_AS(chain(LaneOpcode::maximum, LaneOpcode::multiply), std::logic_error);
  CHECK_THROWS_AS(chain(LaneOpcode::exp2, LaneOpcode::add), std::logic_error);
  CHECK_THROWS_AS(chain(LaneOpcode::add, LaneOpcode::multiply, 0), std::logic_error);
}

}  // namespace systole::test
