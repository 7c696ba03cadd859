#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace systole {

/// `layers` of results.json as CSV (RFC 4180): one row a layer, one column a figure, named by its path in the
/// JSON ("pe_array.busy"). Null and what is not finite is an empty field, a list is one field,
/// space-separated.
std::string layers_csv(const nlohmann::ordered_json& layers);
/// The parts of it: the column names of an entry, and its values, each one line.
std::string csv_header(const nlohmann::ordered_json& entry);
std::string csv_row(const nlohmann::ordered_json& entry);

}  // namespace systole
