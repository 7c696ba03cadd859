#include "sim/import/timeloop/sizes.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/config/fields.h"
#include "sim/import/nodes.h"
#include "sim/import/timeloop/keys.h"

namespace systole {
namespace {

constexpr uint64_t kMaxProduct = uint64_t{1} << 24;

/// Keys of a problem that are no sizes.
const std::vector<std::string> kProblemKeys = {"version", "name", "shape", "instance"};

YamlNode instance_of(const YamlNode& problem) {
  const YamlNode* given = problem.find("instance");
  if (given != nullptr) {
    check_keys(problem, kProblemKeys);
    return *given;
  }
  YamlNode instance = problem;
  const auto is_other = [](const YamlNode::Entry& entry) {
    return std::find(kProblemKeys.begin(), kProblemKeys.end(), entry.key) != kProblemKeys.end();
  };
  auto& entries = instance.entries;
  entries.erase(std::remove_if(entries.begin(), entries.end(), is_other), entries.end());
  return instance;
}

}  // namespace

ProblemSizes::ProblemSizes(const YamlNode& problem, const ProblemShape& shape, std::vector<Note>& notes) {
  const YamlNode instance = instance_of(problem);
  where_ = instance.where;
  std::vector<std::string> legal = {"densities"};
  for (const Dimension& dimension : shape.dimensions) legal.push_back(dimension.name);
  for (const auto& [name, value] : shape.coefficients) legal.push_back(name);
  check_keys(instance, legal);
  for (const Dimension& dimension : shape.dimensions) {
    const YamlNode& value = need_key(instance, dimension.name.c_str());
    values_[dimension.name] = {size_of(value, dimension.name), value.where};
  }
  for (const auto& [name, value] : shape.coefficients) {
    const YamlNode* given = instance.find(name);
    if (given == nullptr) given = &value;
    values_[name] = {size_of(*given, name), given->where};
  }
  for (const WindowAxis& axis : shape.axes) {
    for (const std::string& name : {axis.stride, axis.dilation}) {
      if (!name.empty() && values_.count(name) == 0)
        fail_at(where_, fmt::format("coefficient {}: not in coefficients", shortened(name)));
    }
  }
  const YamlNode* densities = instance.find("densities");
  if (densities != nullptr && !densities->entries.empty())
    notes.push_back({0, "densities have no counterpart: all values are kept"});
}

uint64_t ProblemSizes::product(const ProblemShape& shape, Role role) const {
  uint64_t product = 1;
  for (const std::string& name : shape.names_of(role)) {
    product *= (*this)[name];
    if (product > kMaxProduct)
      fail_at(where(name), fmt::format("{} times the dimensions like it is {}, legal: up to {}", name,
                                       product, kMaxProduct));
  }
  return product;
}

}  // namespace systole
