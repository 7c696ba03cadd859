#pragma once
#include <optional>
#include <string>

#include "sim/import/imported.h"

namespace systole {

/// A Timeloop problem (v3 or v4) as a workload of one layer: a convolution of up to two axes, also grouped,
/// or a matrix product, also batched. What our `mapping` can say of a Timeloop mapping is kept: that in
/// `mapping_path`, or else that in the problem's own file. Throws UserError, with the line, where any of it
/// cannot be read.
Imported import_timeloop(const std::string& path, const std::optional<std::string>& mapping_path);

}  // namespace systole
