#pragma once
#include <map>
#include <memory>
#include <set>
#include <string>
#include <variant>

#include "sim/config/sweep_file.h"

namespace systole {

/// What a condition can name: numbers (bytes for sizes, 1 and 0 for true and false) and words.
using SweepVariables = std::map<std::string, std::variant<double, std::string>>;

/// An arithmetic expression over a point's configuration: + - * / % ^, comparisons, && || !, ?:, min(), max()
/// and the like, sizes as 64KiB. Words (dataflow == weight_stationary) are compared by == and !=.
class Condition {
 public:
  /// Throws UserError at the text's place when it is no expression.
  explicit Condition(const SweepText& text);
  ~Condition();
  Condition(Condition&&) noexcept;

  /// Whether the value is not 0. `words` may be compared with, besides those that configurations know. Throws
  /// UserError about an unknown name or a value that is no number.
  bool holds(const SweepVariables& variables, const std::set<std::string>& words) const;

 private:
  struct Parsed;
  SweepText text_;
  std::unique_ptr<Parsed> parsed_;
};

}  // namespace systole
