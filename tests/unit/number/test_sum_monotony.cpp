// Where sums stop being monotone: a larger C may give a smaller sum, because its exponent cuts every product
// (M. Fasi, N. Higham, M. Mikaitis, S. Pranesh, "Numerical behavior of NVIDIA tensor cores", PeerJ CS 2021).
#include <cmath>

#include "sum_rows.h"

namespace systole::test {
namespace {

Lane lane_of(double value) {
  const auto number = static_cast<float>(value);
  Lane lane;
  std::memcpy(&lane, &number, sizeof lane);
  return lane;
}

/// c + `terms` products of 2^-exponent each, in one step.
double sum_of(SumRule rule, Format format, uint32_t terms, int exponent, double c) {
  const std::vector<Lane> halves[2] = {
      std::vector<Lane>(terms, lane_of(std::ldexp(1.0, -(exponent / 2)))),
      std::vector<Lane>(terms, lane_of(std::ldexp(1.0, -(exponent - exponent / 2))))};
  const ProductFormats formats{format, format, Format::fp32};
  const Lane sum = by_step_kernel(arithmetic_of(rule, formats), formats,
                                  {terms, {halves[0]}, {halves[1]}, {lane_of(c)}}, true)
                       .front();
  return double{number(sum)};
}

struct Case {
  SumRule rule;
  Format format;
  int result_bits;  ///< of C below 1: 1 - 2^-(result_bits + 1)
  double below;     ///< the sum from there, in units of 2^-result_bits above 1
};

}  // namespace

// Just below 1 the grid is half as wide, and `terms` products of half a unit of 1's grid count in full: terms
// / 2 units and the half that C lacks. From C = 1 on each of them is cut.
TEST_CASE("the chips' sums fall where C reaches a power of two, by hand", "[number]") {
  for (const Case& each :
       {Case{SumRule::v100, Format::fp16, 23, 1}, Case{SumRule::a100, Format::fp16, 23, 1},
        Case{SumRule::h100, Format::fp16, 23, 1}, Case{SumRule::ada_fp8, Format::fp8_e4m3, 13, 7},
        Case{SumRule::h100_fp8, Format::fp8_e4m3, 13, 15}}) {
    INFO(traits_of(each.rule).name);
    const uint32_t terms = aligned_operand(each.rule, each.format)->terms;
    const int exponent = traits_of(each.rule).aligned.fraction_bits + 1;
    const double below = 1 - std::ldexp(1.0, -each.result_bits - 1);
    CHECK(sum_of(each.rule, each.format, terms, exponent, below) ==
          1 + std::ldexp(each.below, -each.result_bits));
    CHECK(sum_of(each.rule, each.format, terms, exponent, 1) == 1);
  }
}

TEST_CASE("sums that round to nearest after every addition never fall", "[number]") {
  for (const SumRule rule : {SumRule::sequential, SumRule::pairwise, SumRule::fused}) {
    for (const uint32_t terms : {4U, 8U, 16U}) {
      for (const int exponent : {23, 24, 25, 26}) {
        INFO(traits_of(rule).name << ", " << terms << " products of 2^-" << exponent);
        double last = 0;
        for (int ulp = -8; ulp <= 8; ++ulp) {
          const double sum = sum_of(rule, Format::fp16, terms, exponent, 1 + std::ldexp(ulp, -24));
          CHECK(sum >= last);
          last = sum;
        }
      }
    }
  }
}

}  // namespace systole::test
