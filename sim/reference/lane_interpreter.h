#pragma once
// Lane programs in plain loops, one item at a time: what the machine's vector unit is checked against, and
// what error bounds are derived from. Shares no code with the machine.
#include <cstdint>
#include <vector>

#include "models/lane_program.h"

namespace systole {

/// The outputs of one item. float rounds every step as the machine does; double and int64_t are as good as
/// exact. int64_t needs whole constants but for shifts, and throws std::domain_error where a division leaves
/// a remainder.
std::vector<float> interpret(const LaneProgram& program, const std::vector<float>& inputs);
std::vector<double> interpret(const LaneProgram& program, const std::vector<double>& inputs);
std::vector<int64_t> interpret(const LaneProgram& program, const std::vector<int64_t>& inputs);

/// The same with constants by magnitude and every subtraction an addition: with magnitudes as inputs, for
/// each output the sum of the magnitudes of all that flows into it.
std::vector<double> interpret_absolute(const LaneProgram& program, const std::vector<double>& magnitudes);

/// The longest chain of roundings from any input to any output: an addition rounds once, a multiply twice
/// (its constant was rounded, too), a shift not at all. With u = 2^-24 and n = depth an fp32 output lies
/// within n u / (1 - n u) times its absolute value of the exact transform, but for underflow (Higham,
/// Accuracy and Stability of Numerical Algorithms, 2nd ed., lemma 3.1).
uint32_t depth(const LaneProgram& program);

}  // namespace systole
