#pragma once
#include "sim/import/imported.h"
#include "sim/import/timeloop/sizes.h"

namespace systole {

/// Adds to the layer what its `mapping` can say of a Timeloop mapping: the tile that the loops over DRAM
/// leave on chip, the order of those loops, and the dataflow whose array has the spatial loops' gemm
/// dimensions on its rows and columns. Notes tell what is said, and why the rest is not. Throws UserError for
/// what is no mapping of the problem.
void add_mapping(const YamlNode& mapping, const ProblemShape& shape, const ProblemSizes& sizes,
                 YamlNode& layer, std::vector<Note>& notes);

}  // namespace systole
