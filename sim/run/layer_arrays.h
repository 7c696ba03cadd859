#pragma once
// The numbers of a simulated layer, as arrays that a person can look at.
#include <vector>

#include "sim/run/simulate_layer.h"
#include "sim/workload/named_array.h"

namespace systole {

/// Input, weight, bias and output in the layer's layout; the table of offsets where the algorithm reads one;
/// of an algorithm in stages the operands and results of its matrix products ([group][m][k], [group][n][k],
/// [group][m][n]), under the name of the stage that makes them: Toeplitz matrix, transformed data and so on.
/// The output is what the machine left in DRAM; what lies between the stages is computed once more by the
/// reference.
std::vector<NamedArray> arrays_of(const PlannedLayer& planned, const SimulatedLayer& simulated);

}  // namespace systole
