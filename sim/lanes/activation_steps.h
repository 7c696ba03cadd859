#pragma once
#include "sim/lanes/lane_sequence.h"
#include "sim/workload/activation.h"

namespace systole {

/// f(x) in steps on fp32 numbers.
LaneSequence::Value apply_activation(const Activation& activation, LaneSequence& steps,
                                     LaneSequence::Value x);

}  // namespace systole
