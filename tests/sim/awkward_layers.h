#pragma once
#include <vector>

#include "sim/workload/layer.h"

namespace systole::test {

/// Layers that corner the machine, for one format: shapes of all kinds, with and without bias, ReLU and
/// requantization; several far larger than a buffer of a few KiB, with kept and with refetched halos.
std::vector<Layer> awkward_layers_everywhere(Format format);

/// All of them of fp32 and int8; of the other formats, which differ in storage alone, a part each, in turn.
std::vector<Layer> awkward_layers_of_all_formats();

/// A few of them that together use every unit, every dataflow and both formats.
std::vector<Layer> varied_layers();

}  // namespace systole::test
