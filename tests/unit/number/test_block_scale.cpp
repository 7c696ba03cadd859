// Block-scaled formats against the OCP rules, written a second time (ocp_blocks.h).
#include <catch2/catch.hpp>
#include <random>

#include "../float_bits.h"
#include "../reference_cases.h"
#include "models/number/block_scale.h"
#include "ocp_blocks.h"
#include "sim/workload/block_shape.h"
#include "sim/workload/data.h"

namespace systole::test {
namespace {

constexpr Format kFormats[] = {Format::mxfp8, Format::mxfp6, Format::mxfp4};

/// Element `index` of a row that begins at a byte, bit by bit.
uint32_t code_at(const NumberFormat& f, const uint8_t* row, uint64_t index) {
  uint32_t code = 0;
  for (uint32_t b = 0; b < f.bits; ++b) {
    const uint64_t bit = index * f.bits + b;
    code |= (row[bit / 8] >> bit % 8 & 1U) << b;
  }
  return code;
}

OcpBlock quantized(Format format, const std::vector<float>& numbers) {
  const NumberFormat& f = traits_of(format);
  std::vector<Lane> lanes;
  for (const float number : numbers) lanes.push_back(lane_of(number));
  OcpBlock block;
  block.exponent = scale_block(f, lanes.data(), lanes.size(), 1);
  std::vector<uint8_t> row(numbers.size() + 1);
  f.store_run(row.data(), 0, f.bits, lanes.size(), lanes.data());
  for (uint64_t i = 0; i < numbers.size(); ++i) block.codes.push_back(code_at(f, row.data(), i));
  return block;
}

/// All fp32 exponents in turn; now and then zeros, numbers near each other, and ends of ranges.
std::vector<float> random_block(std::mt19937& random, int kind) {
  std::vector<float> numbers(1 + random() % 32);
  const uint32_t exponent = static_cast<uint32_t>(random()) % 255;
  for (float& number : numbers) {
    uint32_t field = exponent;
    if (kind % 4 == 1) field = static_cast<uint32_t>(random()) % 255;
    if (kind % 4 == 2) field -= std::min<uint32_t>(field, static_cast<uint32_t>(random()) % 14);
    uint32_t fraction = static_cast<uint32_t>(random()) & 0x7FFFFF;
    if (kind % 3 == 0) fraction &= 0x780000;  // ties of E2M3, E4M3 and of E2M1
    number = float_of(static_cast<uint32_t>(random()) << 31 | field << 23 | fraction);
    if (random() % 16 == 0) number = 0;
  }
  return numbers;
}

}  // namespace

TEST_CASE("what block-scaled formats are", "[number][mx]") {
  for (const Format format : kFormats) {
    const NumberFormat& f = traits_of(format);
    const OcpElement e = ocp_element(format);
    INFO(f.name);
    CHECK(f.block == 32);
    CHECK(f.bits == static_cast<uint32_t>(1 + e.exponent_bits + e.fraction_bits));
    CHECK(std::ilogb(f.highest) == e.emax);
  }
  CHECK(traits_of(Format::mxfp8).highest == 448);
  CHECK(traits_of(Format::mxfp6).highest == 7.5);
  CHECK(traits_of(Format::mxfp4).highest == 6);
  CHECK(traits_of(Format::mxfp6).whole_bytes() == 4);
  CHECK(traits_of(Format::mxfp4).whole_bytes() == 2);
}

TEST_CASE("every element with every exponent is the number it stands for", "[number][mx]") {
  for (const Format format : kFormats) {
    const NumberFormat& f = traits_of(format);
    const OcpElement e = ocp_element(format);
    uint64_t wrong = 0;
    for (uint32_t code = 0; code < 1U << f.bits; ++code) {
      const uint8_t bytes[2] = {static_cast<uint8_t>(code), 0};
      Lane element;
      f.load_run(bytes, 0, f.bits, 1, &element, 1);
      for (uint32_t exponent = 0; exponent < 256; ++exponent) {
        const float lane = float_of(scaled(element, scale_of(static_cast<uint8_t>(exponent))));
        const auto value = ocp_value(e, code), scale = ocp_scale(static_cast<uint8_t>(exponent));
        if (!value || !scale) {
          wrong += !std::isnan(lane);
          continue;
        }
        const double exact = *value * *scale;  // fp32 holds it, or it is too large
        const bool too_large = std::fabs(exact) > double{std::numeric_limits<float>::max()};
        wrong += too_large ? !(std::isinf(lane) && std::signbit(lane) == std::signbit(exact))
                           : double{lane} != exact || std::signbit(lane) != std::signbit(exact);
      }
    }
    INFO(f.name);
    CHECK(wrong == 0);
  }
}

TEST_CASE("blocks are quantised as the OCP rules say", "[number][mx]") {
  std::mt19937 random(11);
  for (const Format format : kFormats) {
    const OcpElement e = ocp_element(format);
    uint64_t wrong = 0;
    for (int round = 0; round < 6000; ++round) {
      const std::vector<float> numbers = random_block(random, round);
      const OcpBlock expected = ocp_quantized(e, numbers), block = quantized(format, numbers);
      wrong += block.exponent != expected.exponent || block.codes != expected.codes;
    }
    INFO(traits_of(format).name);
    CHECK(wrong == 0);
  }
}

TEST_CASE("blocks by hand", "[number][mx]") {
  const auto exponent = [](Format format, std::vector<float> numbers) {
    return quantized(format, numbers).exponent;
  };
  // The largest is 3 = 1.5 * 2^1: X = 2^(1 - 2) for elements up to 2^2, 2^(1 - 8) for those up to 2^8.
  CHECK(exponent(Format::mxfp4, {3, -1}) == 127 - 1);
  CHECK(exponent(Format::mxfp6, {3, -1}) == 127 - 1);
  CHECK(exponent(Format::mxfp8, {3, -1}) == 127 - 7);
  // 3 / 0.5 = 6 = 0b111, -1 / 0.5 = -2 = 0b1100.
  CHECK(quantized(Format::mxfp4, {3, -1}).codes == std::vector<uint32_t>{0b0111, 0b1100});
  // 7.9 / 1 is beyond 7.5 and 6: saturated. 5 lies between 4 and 6: the even code is that of 4.
  CHECK(quantized(Format::mxfp6, {7.9F, 5}).codes == std::vector<uint32_t>{0b011111, 0b011010});
  CHECK(quantized(Format::mxfp4, {7.9F, 5}).codes == std::vector<uint32_t>{0b0111, 0b0110});
  CHECK(exponent(Format::mxfp4, {0, 0}) == 0);
  CHECK(exponent(Format::mxfp8, {3e38F}) == 127 + 127 - 8);
  CHECK(exponent(Format::mxfp8, {1, INFINITY}) == 0xFF);
  CHECK(exponent(Format::mxfp8, {NAN}) == 0xFF);
  CHECK(exponent(Format::mxfp8, {0x1p-149F}) == 0);  // 2^-127 is the least scale
}

TEST_CASE("drawn tensors are the blocks of what is drawn", "[number][mx][data]") {
  const auto layers = [](Format format) {
    return std::vector<Layer>{conv_layer("groups", {2, 2, 74, 3, 5, 6, 3, 2}, format),
                              gemm_layer("gemm", {2, 5, 7, 70, false, false}, format),
                              gemm_layer("gemm_t", {2, 5, 7, 70, true, true}, format)};
  };
  for (const Format format : kFormats) {
    const NumberFormat& f = traits_of(format);
    for (const Layer& layer : layers(format)) {
      INFO(layer.name << " " << f.name);
      const Problem p = make_problem(layer);
      const TensorData data = make_tensors(layer, p, 5);
      CHECK(data.input.size() == p.input_bytes());
      CHECK(data.input_exponents.size() == p.input_exponent_bytes);
      const auto check = [&](const char* name, const std::vector<uint64_t>& shape, const BlockShape& blocks,
                             const std::vector<uint8_t>& tensor, const std::vector<uint8_t>& exponents) {
        uint64_t count = 1, wrong = 0, at = 0;
        for (const uint64_t extent : shape) count *= extent;
        const std::vector<Lane> numbers =
            drawn(Distribution::normal, tensor_seed(5, layer.name, name), 0, count);
        const uint64_t slab = uint64_t{blocks.channels} * blocks.inner, row = shape.back();
        for (uint64_t s = 0; s < count / slab; ++s) {
          for (uint64_t c = 0; c < blocks.channels; c += 32) {
            for (uint64_t i = 0; i < blocks.inner; ++i) {
              std::vector<float> block;
              std::vector<uint64_t> places;
              for (uint64_t in = c; in < std::min<uint64_t>(c + 32, blocks.channels); ++in) {
                places.push_back(s * slab + in * blocks.inner + i);
                block.push_back(float_of(numbers[places.back()]));
              }
              const OcpBlock expected = ocp_quantized(ocp_element(format), block);
              wrong += exponents[at++] != expected.exponent;
              for (size_t e = 0; e < block.size(); ++e) {
                const uint8_t* begin = &tensor[places[e] / row * (row_bits(format, row) / 8)];
                wrong += code_at(f, begin, places[e] % row) != expected.codes[e];
              }
            }
          }
        }
        CHECK(at == exponents.size());
        CHECK(wrong == 0);
      };
      check("input", input_shape(layer), input_blocks(layer), data.input, data.input_exponents);
      check("weight", weight_shape(layer), weight_blocks(layer), data.weight, data.weight_exponents);
    }
  }
}

}  // namespace systole::test
