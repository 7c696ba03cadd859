#pragma once
// In which order the nodes of a LaneGraph are computed.
#include <vector>

#include "sim/lowering/transform/lane_graph.h"

namespace systole {

/// How often each node is read on the way to the outputs; an output is read once more, at the end. 0: not
/// needed.
std::vector<uint32_t> lane_uses(const std::vector<LaneNode>& nodes, const std::vector<LaneTerm>& outputs);

/// The needed nodes that are no inputs, operands first. Depth first; and whatever can be computed in the
/// place of an operand that nobody else still needs is computed at once, so a butterfly's two halves stay
/// together.
std::vector<int32_t> lane_order(const std::vector<LaneNode>& nodes, const std::vector<LaneTerm>& outputs);

}  // namespace systole
