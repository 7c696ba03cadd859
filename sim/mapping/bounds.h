#pragma once
// Analytic lower bounds: no mapping on this machine can take fewer cycles.
#include "models/accelerator_params.h"
#include "sim/mapping/mapping.h"
#include "sim/workload/problem.h"

namespace systole {

struct Bounds {
  uint64_t compute_cycles = 0;  ///< every PE busy on every cycle
  uint64_t dram_cycles = 0;     ///< compulsory bytes at full bandwidth; 0 with data on chip or ideal DRAM
  uint64_t sram_cycles = 0;     ///< the busiest buffer's feeder words over its banks and ports
};

/// What the DRAM bus carries in a core cycle at best; not of ideal DRAM, which has no limit.
double dram_bytes_per_cycle(const AcceleratorParams& arch);

Bounds lower_bounds(const Problem& problem, const AcceleratorParams& arch, Dataflow dataflow,
                    Residency residency);

/// The same of an algorithm that multiplies otherwise, `products` times in all, or works in several passes:
/// what its feeders read depends on the passes, so there is no bound of the buffers.
Bounds lower_bounds_of_products(const Problem& problem, const AcceleratorParams& arch, Residency residency,
                                uint64_t products);

}  // namespace systole
