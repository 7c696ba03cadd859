#pragma once
// Results on disk, read again: what was counted once can be priced and compared ever after.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace systole {

struct SavedRun {
  std::string name;                ///< the path the user gave
  nlohmann::ordered_json results;  ///< results.json
};

/// `path`: a directory that holds results.json, or such a file; PATH:LAYER, or PATH:LAYER:ALGORITHM where the
/// run holds several, is that part of it. Throws UserError.
SavedRun load_run(const std::string& path);

/// Prices all counts with another table, as if the run had used it. Throws UserError when the table lacks a
/// price.
void reprice(SavedRun& run, const std::string& energy_table);

/// Keeps only these layers; the totals are theirs. Throws UserError for a layer the run does not hold.
void keep_layers(SavedRun& run, const std::vector<std::string>& layers);

}  // namespace systole
