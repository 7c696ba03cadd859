#pragma once
// Reciprocals, powers and logarithms of fp32 numbers, the same bits on every host. Each is computed in fp64
// and rounded once: the nearest fp32 number to the exact value, ties to even.

namespace systole {

float reciprocal_of(float a);
float reciprocal_root_of(float a);
float power_of_two(float a);
float logarithm_to_two(float a);

}  // namespace systole
