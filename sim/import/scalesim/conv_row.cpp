#include "sim/import/scalesim/conv_row.h"

#include <fmt/format.h>

#include "sim/import/nodes.h"

namespace systole {
namespace {

/// Along one axis.
struct Padding {
  uint64_t before = 0, after = 0, outputs = 0;
};

uint64_t round_up(uint64_t value, uint64_t by) { return (value + by - 1) / by; }

/// What makes `outputs` windows fit.
Padding padding_for(uint64_t outputs, uint64_t size, uint64_t taps, uint64_t stride, bool centred) {
  const uint64_t needed = (outputs - 1) * stride + taps;
  const uint64_t total = needed > size ? needed - size : 0;
  const uint64_t before = centred ? total / 2 : 0;
  return {before, total - before, outputs};
}

/// A filter larger than its input is left as it is: the checks of a workload refuse it.
Padding padding_of(uint64_t size, uint64_t taps, uint64_t stride, bool padded) {
  if (taps >= size) return {0, 0, 1};
  if (padded) return padding_for(round_up(size - taps, stride) + 1, size, taps, stride, false);
  return padding_for(round_up(size, stride), size, taps, stride, true);
}

bool is_product(const ConvRow& row) {
  return row.C.value == 1 && row.R.value == 1 && row.S.value == row.W.value && row.stride_h.value == 1;
}

void add_product(const ConvRow& row, YamlNode& map, std::vector<Note>& notes) {
  const uint64_t m = row.N.value * row.H.value;
  add(map, "type", word_at(row.where, "gemm"));
  add(map, "m", number_at(row.H.where, m));
  add(map, "n", number_at(row.M.where, row.M.value));
  add(map, "k", number_at(row.W.where, row.W.value));
  notes.push_back({row.where.line,
                   fmt::format("a filter of 1 x {} over {} x {} x 1 is a matrix product: m {}, n {}, k {}",
                               row.S.value, row.H.value, row.W.value, m, row.M.value, row.W.value)});
}

/// Groups and filters, as notes say them.
struct Channels {
  uint64_t groups = 1, filters = 1;
};

Channels channels_of(const ConvRow& row, const TopologyOptions& options, std::vector<Note>& notes) {
  const uint64_t C = row.C.value, M = row.M.value;
  if (row.title.find("DP") != std::string::npos && C > 1) {
    notes.push_back(
        {row.where.line,
         fmt::format("'DP' in the name: depthwise, as SCALE-Sim takes it: groups {}, M {}", C, C * M)});
    return {C, C * M};
  }
  if (M > 1 || C == 1 || row.R.value * row.S.value == 1) return {1, M};
  if (!options.depthwise) {
    notes.push_back({row.where.line, fmt::format("1 filter over {} channels stays one filter", C)});
    return {1, M};
  }
  notes.push_back(
      {row.where.line,
       fmt::format(
           "1 filter over {} channels is depthwise: groups {}, M {} ('--single-filter dense': one filter)", C,
           C, C)});
  return {C, C};
}

void add_padding(const ConvRow& row, const TopologyOptions& options, YamlNode& map,
                 std::vector<Note>& notes) {
  const Padding h = padding_of(row.H.value, row.R.value, row.stride_h.value, options.padded);
  const Padding w = padding_of(row.W.value, row.S.value, row.stride_w.value, options.padded);
  const uint64_t taps = row.R.value * row.S.value;
  if (!options.padded && taps > 1 && (row.R.value == row.H.value || row.S.value == row.W.value)) {
    notes.push_back(
        {row.where.line, fmt::format("a filter of {} x {} covers the input of {} x {}: no zeros are "
                                     "padded where it does",
                                     row.R.value, row.S.value, row.H.value, row.W.value)});
  }
  if (h.before + h.after + w.before + w.after == 0) return;
  std::vector<YamlNode> sides;
  for (uint64_t side : {h.before, w.before, h.after, w.after}) sides.push_back(number_at(row.where, side));
  add(map, "pad", list_at(row.where, sides));
  if (options.padded) {
    notes.push_back({row.where.line, fmt::format("SCALE-Sim rounds outputs up to {} x {}: pad [0, 0, {}, {}]",
                                                 h.outputs, w.outputs, h.after, w.after)});
  }
}

}  // namespace

void add_conv_row(const ConvRow& row, const TopologyOptions& options, YamlNode& map,
                  std::vector<Note>& notes) {
  if (is_product(row)) return add_product(row, map, notes);
  const Channels channels = channels_of(row, options, notes);
  add(map, "type", word_at(row.where, "conv"));
  if (row.N.value > 1) add(map, "N", number_at(row.N.where, row.N.value));
  add(map, "C", number_at(row.C.where, row.C.value));
  add(map, "H", number_at(row.H.where, row.H.value));
  add(map, "W", number_at(row.W.where, row.W.value));
  add(map, "M", number_at(row.M.where, channels.filters));
  add(map, "R", number_at(row.R.where, row.R.value));
  add(map, "S", number_at(row.S.where, row.S.value));
  const YamlNode vertical = number_at(row.stride_h.where, row.stride_h.value);
  const YamlNode horizontal = number_at(row.stride_w.where, row.stride_w.value);
  if (row.stride_h.value != row.stride_w.value) {
    add(map, "stride", list_at(row.stride_h.where, {vertical, horizontal}));
  } else if (row.stride_h.value > 1) {
    add(map, "stride", vertical);
  }
  add_padding(row, options, map, notes);
  if (channels.groups > 1) add(map, "groups", number_at(row.C.where, channels.groups));
}

std::string sizes_note(const TopologyOptions& options) {
  return options.padded
             ? "sizes are padded sizes, as SCALE-Sim takes them ('--sizes unpadded': the network's)"
             : "sizes are the network's: zeros are padded so that outputs are size / stride, rounded up";
}

}  // namespace systole
