#pragma once
#include <memory>

#include "models/lane_program.h"
#include "sim/workload/post_ops.h"

namespace systole {

/// What the vector unit does to a sum: its inputs are the sum, then the channel's bias and scale where there
/// are any.
std::shared_ptr<const LaneProgram> post_program(const PostOps& ops);

}  // namespace systole
