#pragma once
// What a worker process tells its parent: one JSON object a line over a pipe.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace systole {

/// Writes the whole line; false when nobody reads any more.
bool send_line(int descriptor, const nlohmann::ordered_json& message);

/// The complete lines of `bytes`, parsed; what follows the last one stays.
std::vector<nlohmann::ordered_json> take_lines(std::string& bytes);

}  // namespace systole
