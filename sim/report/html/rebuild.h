#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace systole {

/// Writes the report of what lies at `path` again and returns where: DIR/report.html of the directory of a
/// run or a sweep, FILE.html of a point of a sweep, FILE.json. Throws UserError when there is no such thing,
/// or something that is no report stands in its place.
std::filesystem::path rebuild_report(const std::string& path);

/// A sweep.json that holds all that a report shows. Throws UserError.
nlohmann::ordered_json load_sweep_json(const std::filesystem::path& file);

}  // namespace systole
