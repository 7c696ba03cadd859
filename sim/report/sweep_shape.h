#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace systole {

inline constexpr int kSweepVersion = 2;  ///< of the form of sweep.json

/// Why this is no whole sweep.json; nothing when it is.
std::optional<std::string> sweep_misfit(const nlohmann::ordered_json& sweep);

}  // namespace systole
