#include "sim/report/saved_json.h"

#include <fstream>

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMaxDepth = 64;

struct TooDeep {};

}  // namespace

Json saved_json(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return nullptr;
  std::ifstream file(path, std::ios::binary);
  const auto limit = [](int depth, Json::parse_event_t, Json&) {
    if (depth > kMaxDepth) throw TooDeep();
    return true;
  };
  try {
    Json json = Json::parse(file, limit, false);
    return json.is_object() ? json : Json();
  } catch (const TooDeep&) {
    return nullptr;
  }
}

}  // namespace systole
