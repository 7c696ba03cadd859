#include "sim/config/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <numeric>

namespace systole {
namespace {

constexpr size_t kLongestShown = 60;
constexpr size_t kMostShown = 40;

size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substituted = diagonal + (std::tolower(a[i - 1]) == std::tolower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({substituted, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string nearest(const std::string& word, const std::vector<std::string>& candidates) {
  if (word.size() > kLongestShown) return "";
  std::string best;
  size_t best_distance = std::max<size_t>(2, word.size() / 2) + 1;
  for (const std::string& candidate : candidates) {
    const size_t distance = edit_distance(word, candidate);
    if (distance < best_distance && distance < candidate.size()) best = candidate, best_distance = distance;
  }
  return best;
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates) {
  const std::string best = nearest(word, candidates);
  return best.empty() ? "" : fmt::format(", did you mean '{}'?", best);
}

std::string joined(const std::vector<std::string>& words) {
  const size_t shown = std::min(words.size(), kMostShown);
  std::string text = fmt::format("{}", fmt::join(words.begin(), words.begin() + shown, ", "));
  if (shown < words.size()) text += fmt::format(", ... ({} in all)", words.size());
  return text;
}

std::string escaped(const std::string& text) {
  std::string shown;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      shown += fmt::format("\\x{:02x}", byte);
    } else {
      shown += c;
    }
  }
  return shown;
}

std::string quoted(const std::string& text) {
  std::string shown = text.substr(0, kLongestShown);
  const bool cut = shown.size() < text.size();
  while (cut && !shown.empty() && (shown.back() & 0x80) != 0) shown.pop_back();  // no half of a character
  return "'" + escaped(shown) + (cut ? "...'" : "'");
}

bool is_file_name(const std::string& text) {
  const auto is_safe = [](unsigned char c) {
    return c < 0x80 && (std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == '+');
  };
  return !text.empty() && text.size() <= 100 && std::isalnum(static_cast<unsigned char>(text[0])) != 0 &&
         std::all_of(text.begin(), text.end(), is_safe);
}

}  // namespace systole
