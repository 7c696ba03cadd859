#pragma once
// Machines and layers drawn at random: whatever a user may write down.
#include <string>

#include "tests/sim/layer_fixture.h"
#include "tests/unit/draw.h"

namespace systole::test {

AcceleratorParams random_machine(Draw& draw);
/// Units with a timing of their own; two of three times with sums that stay in the PEs.
void draw_instruction(PeArrayParams& array, Draw& draw);
/// With a mapping as a user may ask for half of the time, legal or not; without an algorithm.
Layer random_layer(Draw& draw, uint32_t number);
std::string describe(const Layer& layer);
std::string describe(const AcceleratorParams& params);

}  // namespace systole::test
