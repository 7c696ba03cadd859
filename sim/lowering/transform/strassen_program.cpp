#include "sim/lowering/transform/strassen_program.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "sim/lanes/lane_sequence.h"

namespace systole {
namespace {

using Value = LaneSequence::Value;
using Block = std::vector<Value>;  // a grid of sub-blocks, row-major, or a run of products

/// One level: sums are variables after the inputs, in order.
struct Sum {
  uint8_t a, b;
  bool subtract = false;
};
struct Scheme {
  uint8_t inputs;
  std::vector<Sum> sums;
  std::vector<uint8_t> outputs;
};
struct Schemes {
  Scheme left, right, inverse;
};

/// Quadrants 0..3 are 11, 12, 21, 22; products 0..6 are the papers' 1..7. The inverses' sums stand in the
/// order in which each can take the register of an operand that dies there.
const Schemes& schemes_of(StrassenForm form) {
  static const Schemes strassen = {
      {4, {{0, 3}, {2, 3}, {0, 1}, {2, 0, true}, {1, 3, true}}, {4, 5, 0, 3, 6, 7, 8}},
      {4, {{0, 3}, {1, 3, true}, {2, 0, true}, {0, 1}, {2, 3}}, {4, 0, 5, 6, 3, 7, 8}},
      {7, {{6, 0}, {7, 3}, {8, 4, true}, {5, 0}, {10, 1, true}, {11, 2}, {2, 4}, {1, 3}}, {9, 13, 14, 12}}};
  static const Schemes winograd = {
      {4, {{2, 3}, {4, 0, true}, {0, 2, true}, {1, 5, true}}, {0, 1, 7, 3, 4, 5, 6}},
      {4, {{1, 0, true}, {3, 4, true}, {3, 1, true}, {5, 2, true}}, {0, 2, 3, 7, 4, 5, 6}},
      {7, {{0, 1}, {0, 5}, {8, 6}, {8, 4}, {10, 2}, {9, 3, true}, {9, 4}}, {7, 11, 12, 13}}};
  return form == StrassenForm::strassen ? strassen : winograd;
}

/// A scheme on blocks, element by element; a sum is made where it is first read.
class Level {
 public:
  Level(LaneSequence& graph, const Scheme& scheme, std::vector<Block> inputs)
      : graph_(graph), scheme_(scheme), variables_(inputs.begin(), inputs.end()) {
    variables_.resize(scheme.inputs + scheme.sums.size());
  }

  const Block& output(size_t number) { return variable(scheme_.outputs[number]); }
  void run() {
    for (size_t i = 0; i < scheme_.sums.size(); ++i) variable(scheme_.inputs + i);
  }

 private:
  const Block& variable(size_t number) {
    if (variables_[number]) return *variables_[number];
    const Sum& sum = scheme_.sums[number - scheme_.inputs];
    const Block &a = variable(sum.a), &b = variable(sum.b);
    Block made(a.size());
    for (size_t i = 0; i < a.size(); ++i)
      made[i] = sum.subtract ? graph_.subtract(a[i], b[i]) : graph_.add(a[i], b[i]);
    variables_[number] = std::move(made);
    return *variables_[number];
  }

  LaneSequence& graph_;
  const Scheme& scheme_;
  std::vector<std::optional<Block>> variables_;
};

/// Where element (row, col) of quadrant q of a grid of side 2 * half lies.
size_t in_grid(size_t quadrant, size_t half, size_t row, size_t col) {
  return ((quadrant / 2) * half + row) * 2 * half + (quadrant % 2) * half + col;
}

void operands(LaneSequence& graph, const Scheme& scheme, const Block& grid, size_t side, Block& results) {
  if (side == 1) {
    results.push_back(grid[0]);
    return;
  }
  const size_t half = side / 2;
  std::vector<Block> quadrants(4);
  for (size_t q = 0; q < 4; ++q)
    for (size_t row = 0; row < half; ++row)
      for (size_t col = 0; col < half; ++col) quadrants[q].push_back(grid[in_grid(q, half, row, col)]);
  Level level(graph, scheme, std::move(quadrants));
  for (size_t i = 0; i < scheme.outputs.size(); ++i) operands(graph, scheme, level.output(i), half, results);
}

Block inverse_of(LaneSequence& graph, const Scheme& scheme, const Block& products, size_t side) {
  if (side == 1) return products;
  const size_t half = side / 2, share = products.size() / 7;
  std::vector<Block> blocks;
  for (size_t i = 0; i < 7; ++i) {
    const auto begin = products.begin() + static_cast<std::ptrdiff_t>(i * share);
    blocks.push_back(inverse_of(graph, scheme, {begin, begin + static_cast<std::ptrdiff_t>(share)}, half));
  }
  Level level(graph, scheme, std::move(blocks));
  level.run();
  Block grid(side * side);
  for (size_t q = 0; q < 4; ++q)
    for (size_t row = 0; row < half; ++row)
      for (size_t col = 0; col < half; ++col)
        grid[in_grid(q, half, row, col)] = level.output(q)[row * half + col];
  return grid;
}

uint32_t power(uint32_t base, uint32_t exponent) {
  return exponent == 0 ? 1 : base * power(base, exponent - 1);
}

Block inputs_of(uint32_t base, uint32_t levels) {
  if (levels < 1 || levels > 3) throw std::invalid_argument("Strassen's products have 1 to 3 levels");
  Block inputs(power(base, levels));
  for (Value i = 0; i < inputs.size(); ++i) inputs[i] = i;
  return inputs;
}

LaneProgram operand_program(uint32_t levels, const Scheme& scheme, LaneNumber number) {
  const Block inputs = inputs_of(4, levels);
  LaneSequence graph(number, static_cast<uint32_t>(inputs.size()));
  Block results;
  operands(graph, scheme, inputs, power(2, levels), results);
  return graph.program(results);
}

}  // namespace

LaneProgram strassen_left(uint32_t levels, StrassenForm form, LaneNumber number) {
  return operand_program(levels, schemes_of(form).left, number);
}

LaneProgram strassen_right(uint32_t levels, StrassenForm form, LaneNumber number) {
  return operand_program(levels, schemes_of(form).right, number);
}

LaneProgram strassen_inverse(uint32_t levels, StrassenForm form, LaneNumber number) {
  const Block products = inputs_of(7, levels);
  LaneSequence graph(number, static_cast<uint32_t>(products.size()));
  return graph.program(inverse_of(graph, schemes_of(form).inverse, products, power(2, levels)));
}

}  // namespace systole
