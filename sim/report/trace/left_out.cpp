#include "sim/report/trace/left_out.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/report/terminal/units.h"

namespace systole {

uint64_t fair_share(std::vector<uint64_t> wanted, uint64_t most) {
  std::sort(wanted.begin(), wanted.end());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const uint64_t each = most / (wanted.size() - i);
    if (wanted[i] > each) return each;
    most -= wanted[i];
  }
  return wanted.empty() ? most : wanted.back();
}

std::string left_out_line(const TracedLayer& layer, const std::string& what, Cycle from, Cycle to) {
  return fmt::format(
      "left out of {0}: {1} of cycles {2} to {3}; --layer {0} --trace-window {4}:{5} goes on there",
      layer.name, what, grouped(from), grouped(to), from, to);
}

}  // namespace systole
