#include "sim/report/html/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "sim/config/config.h"
#include "sim/mapping/bounds.h"
#include "sim/report/html/page_text.h"
#include "sim/report/rates.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

/// Data between the two halves. "<" is written otherwise, lest a name in the data end the element.
std::string page_of(const Json& data) {
  std::string page = kPageBeforeData;
  for (const char c : data.dump(-1, ' ', false, Json::error_handler_t::replace)) {
    if (c == '<') {
      page += "\\u003c";
    } else {
      page += c;
    }
  }
  return page + kPageAfterData;
}

/// The roofs over all layers, a core cycle, of the formats that come to most; null where there is none.
/// `sram_bytes_per_cycle`: the widest buffer's; bounds.sram_cycles times that is what a layer's busiest
/// buffer must serve at that rate.
Json machine_json(const ArchConfig& arch, const Json& results) {
  const AcceleratorParams& params = arch.params;
  const MachineRates rates = rates_of(params, EnergyUnit::pj);
  uint64_t macs = 0;
  for (const Json& layer : results.at("layers")) macs = std::max(macs, peak_macs_per_cycle(layer, rates));
  uint64_t sram = 0;
  for (const BufferParams& buffer : params.buffers)
    sram = std::max<uint64_t>(sram, buffer.word_bytes() * buffer.banks * buffer.ports);
  Json machine = {{"clock_hz", params.clock_khz * 1000},
                  {"macs_per_cycle", macs},
                  {"dram_bytes_per_cycle", nullptr},
                  {"sram_bytes_per_cycle", sram}};
  if (arch.residency == Residency::dram && params.dram.kind != DramKind::ideal)
    machine["dram_bytes_per_cycle"] = dram_bytes_per_cycle(params);
  return machine;
}

}  // namespace

uint64_t page_bytes() { return std::strlen(kPageBeforeData) + std::strlen(kPageAfterData); }

std::string run_page(const Json& results, const std::string& source) {
  const ArchConfig arch = arch_from(results.at("arch"), source);
  return page_of({{"kind", "run"},
                  {"tool", results.at("tool")},
                  {"machine", machine_json(arch, results)},
                  {"results", results}});
}

std::string sweep_page(const Json& sweep) {
  return page_of({{"kind", "sweep"}, {"tool", sweep.at("tool")}, {"sweep", sweep}});
}

std::string comparison_page(const std::vector<SavedRun>& runs, const std::vector<ComparedSection>& sections) {
  Json data = {{"kind", "compare"}, {"tool", runs.front().results.at("tool")}};
  data["runs"] = Json::array();
  for (const SavedRun& run : runs) {
    data["runs"].push_back(
        {{"name", run.name},
         {"machine", machine_json(arch_from(run.results.at("arch"), run.name), run.results)},
         {"results", run.results}});
  }
  data["sections"] = Json::array();
  for (const ComparedSection& section : sections) {
    Json figures = Json::array();
    for (const ComparedFigure& figure : section.figures) {
      Json values = Json::array();
      for (const auto& value : figure.values) values.push_back(value ? Json(*value) : Json());
      figures.push_back({{"name", figure.name}, {"unit", figure.unit}, {"values", values}});
    }
    data["sections"].push_back({{"key", section.key}, {"title", section.title}, {"figures", figures}});
  }
  return page_of(data);
}

}  // namespace systole
