#include "sim/report/terminal/bus_text.h"

#include <fmt/format.h>

#include "sim/report/named.h"
#include "sim/report/terminal/units.h"

namespace systole {

std::string bus_text(const nlohmann::ordered_json& dram) {
  const double read = sum_of(dram.at("bus_read_bytes_by_tensor"));
  const auto bus = dram.at("bus_bytes").get<double>();
  if (bus == 0) return "DRAM bus: nothing";
  return fmt::format("DRAM bus: {} read, {} written, burst efficiency {} %, {:.2f} GB/s",
                     engineering(read, "B"), engineering(bus - read, "B"),
                     percent(dram.at("burst_efficiency").get<double>()),
                     dram.at("bandwidth_gbps").get<double>());
}

}  // namespace systole
