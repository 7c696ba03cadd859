#pragma once
// report.html: results as one file that a browser opens without a network. The page and the plotting library
// come from sim/report/html/page/ and the system at build time; the data are set between them.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/report/compare/comparison.h"

namespace systole {

/// About how many bytes a page takes besides its data.
uint64_t page_bytes();

/// The report of a run, from its results.json; `source` names it in messages about its architecture.
std::string run_page(const nlohmann::ordered_json& results, const std::string& source);
/// The report of a sweep, from its sweep.json.
std::string sweep_page(const nlohmann::ordered_json& sweep);
/// Runs side by side; `sections` are what the terminal and the CSV show.
std::string comparison_page(const std::vector<SavedRun>& runs, const std::vector<ComparedSection>& sections);

}  // namespace systole
