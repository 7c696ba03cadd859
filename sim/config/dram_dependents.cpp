#include "sim/config/dram_dependents.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/config/banked_fields.h"
#include "sim/config/fields.h"

namespace systole {
namespace {

using Keys = std::vector<std::string>;

const YamlNode* find_path(const YamlNode& map, const std::string& path) {
  const size_t dot = path.find('.');
  if (dot == std::string::npos) return map.find(path);
  const YamlNode* section = map.find(path.substr(0, dot));
  return section == nullptr ? nullptr : section->find(path.substr(dot + 1));
}

/// Refuses what stands under the first of `keys` unless `own` has all of `needed`.
void need(const YamlNode& own, const Keys& keys, const Keys& needed, const std::string& why) {
  Keys missing;
  for (const std::string& path : needed) {
    if (find_path(own, path) == nullptr) missing.push_back(path);
  }
  if (missing.empty()) return;
  const auto set = std::find_if(keys.begin(), keys.end(),
                                [&](const std::string& key) { return own.find(key) != nullptr; });
  const YamlNode& value = *own.find(*set);
  fail_value(value, *set,
             fmt::format("got {}, {}, legal: the preset's value, or {} beside it", value.described(), why,
                         joined(missing)));
}

/// Keeps the rails that `own` gives.
void forget_currents(const YamlNode& own, DramCurrents& currents) {
  const std::array<std::pair<const char*, DramRail*>, 3> rails = {{{"currents.core", &currents.core},
                                                                   {"currents.wordline", &currents.wordline},
                                                                   {"currents.io", &currents.io}}};
  for (const auto& [path, rail] : rails) {
    if (find_path(own, path) == nullptr) *rail = {};
  }
}

uint64_t rows_of_a_device(const DramGeometry& g) { return uint64_t{g.rows} * g.columns * g.banks_per_rank(); }

}  // namespace

void check_dependents(const YamlNode& own, const DramParams& preset, DramParams& dram) {
  if (preset.kind != DramKind::banked) return;
  const DramGeometry &is = dram.banked.geometry, &was = preset.banked.geometry;
  const DramRefresh refresh = dram.banked.controller.refresh;
  const Keys size = {"rows", "columns", "banks", "bank_groups"};
  const bool faster = dram.clock_khz != preset.clock_khz;
  const bool larger = rows_of_a_device(is) != rows_of_a_device(was);
  if (faster) {
    need(own, {"clock_mhz"}, timing_keys(dram.banked.timing),
         "and the preset's timings are cycles of its own clock");
  }
  if (is.burst_beats != was.burst_beats) {
    need(own, {"burst_beats"}, {"burst_cycles"}, "and the preset's burst_cycles are those of its own burst");
  }
  if (is.bank_groups > 1 && was.bank_groups == 1) {
    need(own, {"bank_groups"}, {"timing.tccd_l", "timing.trrd_l", "timing.twtr_l"},
         "and the preset has no bank groups");
  }
  if (larger && refresh == DramRefresh::per_rank) {
    need(own, size, {"timing.trfc"}, "and tRFC goes by the size of a device");
  }
  if (larger && refresh == DramRefresh::per_bank) {
    need(own, size, {"timing.trfc_pb"}, "and tRFCpb goes by the size of a device");
  }
  if (is.banks_per_rank() != was.banks_per_rank() && refresh == DramRefresh::per_bank) {
    need(own, {"banks", "bank_groups"}, {"timing.trefi_pb"}, "and tREFIpb goes by the banks of a rank");
  }
  if (faster || larger) forget_currents(own, dram.banked.currents);
}

}  // namespace systole
