#include "sim/report/saved_json.h"

#include <algorithm>
#include <fstream>
#include <string>

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMaxDepth = 64;

/// Of JSON; of anything else it says nothing.
bool is_too_deep(const std::string& text) {
  int depth = 0;
  bool is_in_text = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_in_text) {
      if (c == '\\') ++i;
      if (c == '"') is_in_text = false;
    } else if (c == '"') {
      is_in_text = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxDepth) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

std::string text_in(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  std::string text(static_cast<size_t>(std::max<std::streamoff>(0, file.tellg())), '\0');
  file.seekg(0);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  return text;
}

}  // namespace

Json saved_json(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return nullptr;
  const std::string text = text_in(path);
  if (is_too_deep(text)) return nullptr;
  Json json = Json::parse(text, nullptr, false);
  return json.is_object() ? json : Json();
}

}  // namespace systole
