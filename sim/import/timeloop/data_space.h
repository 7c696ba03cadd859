#pragma once
#include <string>
#include <vector>

#include "sim/config/yaml_tree.h"

namespace systole {

/// A dimension times a coefficient, "" for 1.
struct Term {
  std::string dimension, coefficient;
};

/// An axis of a tensor: a sum of terms.
struct Rank {
  std::vector<Term> terms;
  Where where;

  /// One dimension without a coefficient.
  bool is_plain() const { return terms.size() == 1 && terms[0].coefficient.empty(); }
};

/// A tensor of a Timeloop problem, and how the problem's dimensions index it.
struct DataSpace {
  std::string name;
  std::vector<Rank> ranks;
  bool is_written = false;
  Where where;

  /// Whether any axis is not plain.
  bool has_window() const;
  bool has_plain(const std::string& dimension) const;
  bool has_summed(const std::string& dimension) const;
};

/// Throws UserError for a projection that is no list of sums of products, and for a dimension that is none of
/// `dimensions` or is given twice.
DataSpace read_data_space(const YamlNode& node, const std::vector<std::string>& dimensions);

}  // namespace systole
