#include <fmt/format.h>

#include <algorithm>

#include "sim/config/config.h"
#include "sim/config/energy.h"
#include "sim/config/names.h"
#include "sim/config/text.h"
#include "sim/energy/price.h"
#include "sim/report/choices.h"
#include "sim/report/compare/saved_run.h"
#include "sim/report/figures.h"
#include "sim/report/rates.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

Format format_named(const Json& name) {
  for (const Format format : formats()) {
    if (name == name_of(format)) return format;
  }
  throw UserError("--reprice: error: a format this version does not know");
}

ProductFormats formats_of(const Json& layer) {
  const Json& inner = layer.at("inner_formats");
  return {format_named(inner.at("input")), format_named(inner.at("weight")),
          format_named(inner.at("accumulator"))};
}

}  // namespace

void reprice(SavedRun& run, const std::string& energy_table) {
  const ArchConfig arch = arch_from(run.results.at("arch"), run.name);
  const EnergyTable table = load_energy_table(energy_table, arch.params);
  if (arch.dram_energy != DramEnergy::flat && table.unit != EnergyUnit::pj) {
    throw UserError("--reprice: error: " + file_place(run.name) +
                    " has its DRAM priced in pJ by dram_energy, which the energy table " +
                    shortened(energy_table) + " is not in");
  }
  const MachineRates rates = rates_of(arch.params, table.unit);
  const DramPrices dram = dram_prices(arch.dram_energy, arch.params.dram);
  std::array<uint64_t, kBufferCount> buffer_bytes{};
  for (int b = 0; b < kBufferCount; ++b) buffer_bytes[b] = arch.params.buffers[b].size;
  for (Json& layer : run.results["layers"]) {
    layer["energy_pj"] = to_json(price(counters_of(layer), table, formats_of(layer), buffer_bytes, dram));
    derive_rates(layer, rates);
  }
  for (Json& choice : run.results["choices"]) {
    if (!can_choose_again(choice)) {
      throw UserError(
          fmt::format("{}: error: layer {} has the algorithm of the best {}, and the counts of the others "
                      "were not kept, legal: runs with --algorithm all, or --objective cycles",
                      file_place(run.name), quoted(choice.at("layer").get<std::string>()),
                      choice.at("objective").get<std::string>()));
    }
    choose(choice, run.results["layers"]);
  }
  run.results["energy"] = resolved(table);
  run.results["totals"] = totals_of(run.results["layers"], rates);
}

}  // namespace systole
