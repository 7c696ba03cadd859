#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace systole {

/// "DRAM bus: 182.1 MB read, 44.86 MB written, burst efficiency 98.9 %, 9.52 GB/s" of `dram` in results.json,
/// bytes and rate of the same thing: whole bursts.
std::string bus_text(const nlohmann::ordered_json& dram);

}  // namespace systole
