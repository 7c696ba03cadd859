#pragma once
// Activation functions for the references: step by step in fp32 as docs/activations.md lists them, and the
// exact functions with how far the machine may be from them. Shares no code with the machine.
#include "sim/workload/activation.h"

namespace systole {

/// In fp32, rounding what the machine rounds.
float activation_in_fp32(const Activation& activation, float x);
/// In fp64, by the C library.
double exact_activation(const Activation& activation, double x);
/// The most by which activation_in_fp32(x) and exact_activation(x) differ, for any finite x.
double activation_error(const Activation& activation, double x);
/// The steepest slope of the exact function: by how much it can widen a distance.
double steepest_slope(const Activation& activation);

}  // namespace systole
