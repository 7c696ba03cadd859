#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "models/accelerator_params.h"
#include "sim/config/yaml_tree.h"
#include "sim/energy/energy_table.h"

namespace systole {

/// A table of prices as its file has it, whatever the machine.
struct EnergyFile {
  EnergyTable table;
  YamlNode sram;  ///< where the sizes stand
};

/// Reads a YAML file, or the bare name of a shipped one. Throws UserError about a table that lacks a price
/// for an action or format a machine can count, naming both.
EnergyFile load_energy_file(const std::string& path_or_name);
/// Throws UserError about a table that knows no SRAM as large as one of the machine's buffers.
void check_prices(const EnergyFile& file, const AcceleratorParams& machine);

/// Both.
EnergyTable load_energy_table(const std::string& path_or_name, const AcceleratorParams& machine);

/// The same from its resolved() form; `source` names it in messages.
EnergyTable energy_table_from(const nlohmann::ordered_json& resolved, const AcceleratorParams& machine,
                              const std::string& source);

/// The table as its YAML would spell it.
nlohmann::ordered_json resolved(const EnergyTable& table);

}  // namespace systole
