#include "sim/lowering/transform/linear_program.h"

#include <map>
#include <stdexcept>
#include <utility>

#include "sim/lanes/lane_sequence.h"
#include "sim/lowering/transform/common_sums.h"

namespace systole {
namespace {

using Value = LaneSequence::Value;

struct Transform {
  std::vector<FactoredForm> definitions, rows;
};

Transform transform_of(const RationalMatrix& matrix, const LinearOptions& options) {
  const bool whole = options.number == LaneNumber::int32;
  SharedForms forms{matrix.cols, {}, rows_of(matrix)};
  for (const LinearForm& row : forms.rows) {
    if (row.empty()) throw std::invalid_argument("a row of zeros has no lane program");
    for (const LinearTerm& term : row)
      if (whole && !term.coefficient.whole())
        throw std::range_error("a factor that integer lanes cannot hold");
  }
  if (options.transform_cse) forms = share_pairs(matrix.cols, forms.rows, whole);
  Transform made;
  for (const LinearForm& form : forms.definitions) made.definitions.push_back(factored(form, whole));
  for (const LinearForm& form : forms.rows) made.rows.push_back(factored(form, whole));
  return made;
}

/// One application of a transform to one column or row of values.
class Application {
 public:
  Application(LaneSequence& graph, const Transform& transform, std::vector<Value> inputs, bool share)
      : graph_(graph), transform_(transform), inputs_(std::move(inputs)), share_(share) {}

  std::vector<Value> run() {
    std::vector<Value> outputs;
    for (const FactoredForm& row : transform_.rows) outputs.push_back(sum(row));
    return outputs;
  }

 private:
  /// A definition is made where it is first read: its register is taken no earlier than that.
  Value variable(uint32_t number) {
    if (number < inputs_.size()) return inputs_[number];
    const auto known = defined_.find(number);
    if (known != defined_.end()) return known->second;
    return defined_[number] = sum(transform_.definitions[number - inputs_.size()]);
  }

  Value scaled(Value value, const Rational& factor) {
    if (!share_ || factor == 1) return graph_.scale(value, factor);
    const auto known = scaled_.find({value, factor});
    if (known != scaled_.end()) return known->second;
    return scaled_[{value, factor}] = graph_.scale(value, factor);
  }

  Value sum(const FactoredForm& form) {
    const LinearTerm& first = form.terms.front();
    Value total = scaled(variable(first.variable), first.coefficient);
    for (size_t i = 1; i < form.terms.size(); ++i) {
      const LinearTerm& term = form.terms[i];
      const Value next = scaled(variable(term.variable), term.coefficient.magnitude());
      total = term.coefficient < 0 ? graph_.subtract(total, next) : graph_.add(total, next);
    }
    return scaled(total, form.factor);
  }

  LaneSequence& graph_;
  const Transform& transform_;
  std::vector<Value> inputs_;
  bool share_;
  std::map<uint32_t, Value> defined_;
  std::map<std::pair<Value, Rational>, Value> scaled_;
};

}  // namespace

LaneProgram linear_program(const RationalMatrix& columns, const RationalMatrix& rows,
                           const LinearOptions& options) {
  const Transform vertical = transform_of(columns, options);
  const Transform horizontal = &columns == &rows ? vertical : transform_of(rows, options);
  LaneSequence graph(options.number, columns.cols * rows.cols);
  std::vector<std::vector<Value>> half(columns.rows, std::vector<Value>(rows.cols));
  for (uint32_t col = 0; col < rows.cols; ++col) {
    std::vector<Value> inputs;
    for (uint32_t row = 0; row < columns.cols; ++row) inputs.push_back(row * rows.cols + col);
    const std::vector<Value> results = Application(graph, vertical, inputs, options.transform_cse).run();
    for (uint32_t row = 0; row < columns.rows; ++row) half[row][col] = results[row];
  }
  std::vector<Value> outputs;
  for (const std::vector<Value>& inputs : half) {
    for (Value output : Application(graph, horizontal, inputs, options.transform_cse).run())
      outputs.push_back(graph.divide_exactly(output, options.divisor));
  }
  return graph.program(outputs);
}

LaneProgram linear_program(const RationalMatrix& matrix, const LinearOptions& options) {
  return linear_program(matrix, identity_matrix(1), options);
}

}  // namespace systole
