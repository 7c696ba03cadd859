#include "sim/report/trace/left_out.h"

#include <fmt/format.h>

#include "sim/report/terminal/units.h"

namespace systole {

std::string left_out_line(const TracedLayer& layer, const std::string& what, Cycle from, Cycle to) {
  return fmt::format("left out of {}: {} of cycles {} to {}; --trace-window {}:{} keeps those", layer.name,
                     what, grouped(from), grouped(to), from, to);
}

}  // namespace systole
