#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>

namespace systole {

/// The object in a regular file; null when there is none, or it is no JSON or nested absurdly deep.
nlohmann::ordered_json saved_json(const std::filesystem::path& path);

}  // namespace systole
