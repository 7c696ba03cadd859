#pragma once
#include <string>

#include "sim/import/imported.h"

namespace systole {

/// What a topology does not say of itself.
struct TopologyOptions {
  /// True: the sizes of inputs hold their padding, as SCALE-Sim takes them. False: they are those of the
  /// network, and zeros are padded so that outputs are size / stride, rounded up.
  bool padded = true;
  /// True: a filter larger than 1x1 that is the only one over several channels is depthwise, one a channel.
  bool depthwise = true;
};

struct Topology {
  Imported imported;
  bool is_gemm = false;  ///< of matrix products: the options are of no effect
};

/// A SCALE-Sim topology (CSV, convolutions or matrix products) as a workload. `path` names it in messages.
/// Throws UserError, with the line, where any of it cannot be read.
Topology import_topology(const std::string& path, const std::string& text, const TopologyOptions& options);

}  // namespace systole
