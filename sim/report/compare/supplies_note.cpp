#include <algorithm>
#include <set>

#include "sim/report/compare/comparison.h"
#include "sim/report/terminal/wrap.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

/// The supplies that the run's DRAM is priced by; empty when it is priced otherwise.
std::string supplies(const Json& arch) {
  if (arch.value("dram_energy", "") != "currents") return "";
  std::string text;
  for (const char* rail : {"core", "wordline", "io"}) {
    if (arch.at("dram").at("currents").at(rail).at("vdd").get<double>() == 0) continue;
    text += (text.empty() ? "" : ", ") + std::string(rail);
  }
  return text;
}

}  // namespace

std::string supplies_note(const std::vector<SavedRun>& runs, const Style& style) {
  std::set<std::string> kinds;
  std::string list;
  for (const SavedRun& run : runs) {
    const std::string text = supplies(run.results.at("arch"));
    if (text.empty()) continue;
    kinds.insert(text);
    list += "\n  " + run.name + ": " + text;
  }
  if (kinds.size() < 2) return "";
  return "\n" +
         wrapped("note: the DRAMs' currents are those of different supplies, as their sources give them:",
                 style, 2) +
         list + "\n";
}

}  // namespace systole
