#pragma once
#include <string>
#include <vector>

#include "sim/import/imported.h"
#include "sim/import/scalesim/topology.h"

namespace systole {

/// A size with its place in the source.
struct SourceSize {
  uint64_t value = 1;
  Where where;
};

/// A convolution as a topology says it.
struct ConvRow {
  std::string title;  ///< the layer's name in the file
  Where where;
  SourceSize H, W, R, S, C, M, N, stride_h, stride_w;
};

/// Adds the layer's type and shape to its map, with a note of each decision:
/// - one filter over several channels, or "DP" in the name: depthwise;
/// - a filter of one row, as wide as its input, over one channel: a matrix product;
/// - zeros padded at the lower and right edge where SCALE-Sim rounds outputs up.
void add_conv_row(const ConvRow& row, const TopologyOptions& options, YamlNode& map,
                  std::vector<Note>& notes);

/// What all sizes are taken for.
std::string sizes_note(const TopologyOptions& options);

}  // namespace systole
