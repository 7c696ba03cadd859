#pragma once
// What files that this program wrote must hold before anything relies on it.
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace systole {

/// In a shape: a text or null.
inline constexpr const char* kTextOrNull = "?";
bool is_text_or_null(const nlohmann::ordered_json& shape);

/// Where `json` differs from `shape`, as "layers[3].cycles is missing"; nothing where it fits. A shape is an
/// example: objects have its keys and may have more (numbers, where all of its are), lists any number of
/// elements like its first one (of scalars where it has none), whole numbers are not negative, and null
/// stands for a number or null.
std::optional<std::string> misfit(const nlohmann::ordered_json& json, const nlohmann::ordered_json& shape);

}  // namespace systole
