#pragma once
#include <string>

#include "models/kernel/time.h"
#include "sim/report/trace/part_file.h"
#include "sim/report/trace/trace.h"

namespace systole {

/// The most that each layer may keep if all together may keep `most`: who has less leaves the rest to the
/// others.
uint64_t fair_share(std::vector<uint64_t> wanted, uint64_t most);

/// The same of a run whose parts begin with a `Head`.
template <class Head>
uint64_t share_of_layer(const TraceOptions& options, const TracedRun& run, uint64_t most) {
  std::vector<uint64_t> wanted;
  for (const TracedLayer& layer : run.layers) {
    PartReader part(options.part(layer.part));
    part.get<Head>();
    wanted.push_back(part.count());
  }
  return fair_share(wanted, most);
}

/// Says what is missing, and how to get it.
std::string left_out_line(const TracedLayer& layer, const std::string& what, Cycle from, Cycle to);

}  // namespace systole
