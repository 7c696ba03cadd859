#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/config/yaml_tree.h"
#include "sim/import/timeloop/shape.h"

namespace systole {

/// The sizes of a problem's dimensions and the values of its coefficients, with their places.
class ProblemSizes {
 public:
  /// From `instance`, or from the problem's own keys where it has none, as older files write it.
  ProblemSizes(const YamlNode& problem, const ProblemShape& shape, std::vector<Note>& notes);

  uint64_t operator[](const std::string& name) const { return name.empty() ? 1 : values_.at(name).value; }
  const Where& where(const std::string& name) const { return name.empty() ? where_ : values_.at(name).where; }
  /// Of all dimensions with the role; 1 where there is none.
  uint64_t product(const ProblemShape& shape, Role role) const;

 private:
  struct Value {
    uint64_t value;
    Where where;
  };

  std::map<std::string, Value> values_;
  Where where_;
};

}  // namespace systole
