#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/import/timeloop/sizes.h"

namespace systole {

/// The loops of one directive of a mapping.
struct LoopNest {
  std::string target;
  bool is_spatial = false;
  std::map<std::string, uint64_t> factors;  ///< of every dimension; 1: no loop
  std::vector<std::string> order;           ///< innermost first, as far as the file says it
  Where where;
};

/// The temporal and spatial directives of a mapping; others are noted. The factors of each dimension must
/// multiply to its size. Throws UserError.
std::vector<LoopNest> read_loop_nests(const YamlNode& mapping, const ProblemShape& shape,
                                      const ProblemSizes& sizes, std::vector<Note>& notes);

}  // namespace systole
