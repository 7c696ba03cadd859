#include "sim/report/compare/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "sim/config/config.h"
#include "sim/config/text.h"
#include "sim/report/named.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

std::optional<double> number(const Json& value) {
  return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

/// Collects figures of the same kind from each run's totals.
class Collector {
 public:
  explicit Collector(const std::vector<SavedRun>& runs) : runs_(runs) {}

  ComparedFigure figure(const std::string& name, const std::string& unit,
                        const std::function<std::optional<double>(const Json& totals)>& of) const {
    ComparedFigure figure{name, unit, {}};
    for (const SavedRun& run : runs_) figure.values.push_back(of(run.results.at("totals")));
    return figure;
  }

  ComparedFigure plain(const std::string& key, const std::string& unit) const {
    return figure(key, unit, [&key](const Json& totals) { return number(totals.at(key)); });
  }

  /// A figure for each member of the map at `path`, those that are zero everywhere left out.
  std::vector<ComparedFigure> members(const std::string& path, const std::string& unit) const {
    const Json::json_pointer pointer(path);
    const auto value = [](const Json& totals, const Json::json_pointer& member) {
      return totals.contains(member) ? number(totals.at(member)) : std::nullopt;
    };
    std::vector<ComparedFigure> figures;
    for (const auto& [key, first] : runs_.front().results.at("totals").at(pointer).items()) {
      const std::string name = key;
      figures.push_back(
          figure(name, unit, [&](const Json& totals) { return value(totals, pointer / name); }));
      const auto& values = figures.back().values;
      if (std::all_of(values.begin(), values.end(), [](const auto& v) { return v.value_or(0) == 0; }))
        figures.pop_back();
    }
    return figures;
  }

  /// Arithmetic by unit: "array multiplies" and so on, those that are zero everywhere left out.
  std::vector<ComparedFigure> operations() const {
    std::vector<ComparedFigure> figures;
    for (const auto& [unit, counts] : runs_.front().results.at("totals").at("ops").items()) {
      for (ComparedFigure& figure : members("/ops/" + unit, "")) {
        if (figure.name == "accumulator_accesses") continue;  // no arithmetic
        figure.name = unit + "_" + figure.name;
        figures.push_back(std::move(figure));
      }
    }
    return figures;
  }

  /// A figure for each layer of any run, times its `repeat`, in the order of first appearance; for each of
  /// its algorithms where a run has several.
  std::vector<ComparedFigure> layers(const std::string& unit,
                                     const std::function<double(const Json& layer)>& of) const {
    std::vector<ComparedFigure> figures;
    for (size_t r = 0; r < runs_.size(); ++r) {
      for (const Json& layer : runs_[r].results.at("layers")) {
        auto name = layer.at("name").get<std::string>();
        if (is_shared(name)) name += " " + layer.at("algorithm").get<std::string>();
        auto found = std::find_if(figures.begin(), figures.end(),
                                  [&](const ComparedFigure& figure) { return figure.name == name; });
        if (found == figures.end()) {
          figures.push_back({name, unit, std::vector<std::optional<double>>(runs_.size())});
          found = figures.end() - 1;
        }
        found->values[r] = of(layer) * layer.at("repeat").get<double>();
      }
    }
    return figures;
  }

 private:
  /// Does any run have several entries of this layer?
  bool is_shared(const std::string& layer) const {
    return std::any_of(runs_.begin(), runs_.end(), [&layer](const SavedRun& run) {
      const Json& layers = run.results.at("layers");
      return std::count_if(layers.begin(), layers.end(),
                           [&layer](const Json& other) { return other.at("name") == layer; }) > 1;
    });
  }

  const std::vector<SavedRun>& runs_;
};

std::string energy_unit(const std::vector<SavedRun>& runs) {
  const auto unit = runs.front().results.at("energy").at("unit").get<std::string>();
  for (const SavedRun& run : runs) {
    const auto other = run.results.at("energy").at("unit").get<std::string>();
    if (other == unit) continue;
    throw UserError(fmt::format(
        "{}: error: its energies are in {}, those of {} in {}, legal: runs priced alike (--reprice "
        "TABLE prices all with one table)",
        file_place(run.name), shortened(other), file_place(runs.front().name), shortened(unit)));
  }
  return unit;
}

}  // namespace

std::vector<ComparedSection> compare(const std::vector<SavedRun>& runs) {
  const Collector of(runs);
  const std::string unit = energy_unit(runs);
  const auto energy = [](const Json& entry) { return entry.at("energy_pj").at("total").get<double>(); };
  return {
      {"totals",
       "totals",
       false,
       {of.plain("cycles", ""), of.plain("seconds", "s"), of.figure("energy", unit, energy),
        of.plain("edp", "J s"), of.plain("power_w", "W"), of.plain("tops_per_w", "TOPS/W"),
        of.plain("utilization", "%"), of.plain("macs", "")}},
      {"pe_array", "cycles of the PE array", true, of.members("/pe_array", "")},
      {"ops", "operations", false, of.operations()},
      {"traffic",
       "traffic (SRAM in words of 64 bits)",
       false,
       {of.figure("dram_read", "B",
                  [](const Json& t) { return sum_of(t.at("dram").at("bus_read_bytes_by_tensor")); }),
        of.figure("dram_written", "B",
                  [](const Json& t) {
                    const Json& dram = t.at("dram");
                    return dram.at("bus_bytes").get<double>() - sum_of(dram.at("bus_read_bytes_by_tensor"));
                  }),
        of.figure("dram_bus", "B", [](const Json& t) { return number(t.at("dram").at("bus_bytes")); }),
        of.figure("burst_efficiency", "",
                  [](const Json& t) { return number(t.at("dram").at("burst_efficiency")); }),
        of.figure("sram_reads", "",
                  [](const Json& t) {
                    double words = 0;
                    for (const Json& buffer : t.at("sram")) words += buffer.at("reads").get<double>();
                    return words;
                  }),
        of.figure("sram_writes", "",
                  [](const Json& t) {
                    double words = 0;
                    for (const Json& buffer : t.at("sram")) words += buffer.at("writes").get<double>();
                    return words;
                  })}},
      {"energy_by_component", "energy by component", true, of.members("/energy_pj/by_component", unit)},
      {"energy_by_tensor", "energy by tensor", true, of.members("/energy_pj/by_tensor", unit)},
      {"energy_by_layer", "energy by layer", true, of.layers(unit, energy)},
      {"cycles_by_layer", "cycles by layer", true,
       of.layers("", [](const Json& layer) { return layer.at("cycles").get<double>(); })},
  };
}

}  // namespace systole
