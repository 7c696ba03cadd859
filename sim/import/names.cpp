#include "sim/import/names.h"

#include <fmt/format.h>

#include <cctype>
#include <filesystem>

#include "sim/config/text.h"

namespace systole {
namespace {

constexpr size_t kLongest = 100;

bool is_legal(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x80 && (std::isalnum(byte) != 0 || c == '_' || c == '-' || c == '.' || c == '+');
}

}  // namespace

std::string legal_name(const std::string& text, const std::string& instead) {
  if (is_file_name(text)) return text;
  std::string name;
  for (char c : text) {
    if (is_legal(c)) {
      name += c;
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  while (!name.empty() && std::isalnum(static_cast<unsigned char>(name.front())) == 0) name.erase(0, 1);
  if (name.size() > kLongest) name.resize(kLongest);
  while (!name.empty() && name.back() == '_') name.pop_back();
  return name.empty() ? instead : name;
}

std::string name_of_file(const std::string& path, const std::string& instead) {
  return legal_name(std::filesystem::path(path).stem().string(), instead);
}

std::string lower_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::string UniqueNames::unique(const std::string& text, int line) {
  const std::string name = legal_name(text, fmt::format("layer_{}", line));
  std::string given = name;
  while (!given_.insert(given).second) {
    const std::string suffix = fmt::format("_{}", ++times_.try_emplace(name, 1).first->second);
    given = name.substr(0, kLongest - suffix.size()) + suffix;
  }
  if (given != name) {
    notes_.push_back({line, fmt::format("the name {} is taken, it becomes '{}'", quoted(text), given)});
  } else if (given != text) {
    notes_.push_back({line, fmt::format("the name {} becomes '{}'", quoted(text), given)});
  }
  return given;
}

}  // namespace systole
