#include "sim/config/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <climits>
#include <numeric>

namespace systole {
namespace {

constexpr size_t kLongestShown = 60, kLongestListed = 100;  // characters
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

/// Control characters and bytes that are no UTF-8 replaced by escapes; an ellipsis for what is left out.
std::string escaped_up_to(size_t characters, const std::string& text) {
  std::string shown;
  for (size_t at = 0, count = 0; at < text.size(); ++count) {
    if (count == characters) return shown + "...";
    const auto byte = static_cast<unsigned char>(text[at]);
    const size_t length = byte < 0x20 || byte == 0x7f ? 0 : utf8_length(text, at);
    shown += length == 0 ? fmt::format("\\x{:02x}", byte) : text.substr(at, length);
    at += std::max<size_t>(length, 1);
  }
  return shown;
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
  std::string text;
  for (size_t i = 0; i < std::min(words.size(), kMostShown); ++i)
    text += (i == 0 ? "" : ", ") + escaped_up_to(kLongestListed, words[i]);
  if (kMostShown < words.size()) text += fmt::format(", ... ({} in all)", words.size());
  return text;
}

size_t utf8_length(const std::string& text, size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return 1;
  const size_t length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  for (size_t i = 1; i < length; ++i) {
    if (at + i >= text.size() || (text[at + i] & 0xc0) != 0x80) return 0;
  }
  if (length < 3) return length;
  const auto second = static_cast<unsigned char>(text[at + 1]);
  const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
  const bool outside = (lead == 0xed && second >= 0xa0) || (lead == 0xf4 && second >= 0x90);
  return overlong || outside ? 0 : length;
}

bool is_utf8(const std::string& text) {
  for (size_t at = 0; at < text.size();) {
    const size_t length = utf8_length(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::string escaped(const std::string& text) { return escaped_up_to(text.size(), text); }
std::string brief(const std::string& text) { return escaped_up_to(kLongestShown, text); }
std::string quoted(const std::string& text) { return "'" + brief(text) + "'"; }
std::string file_place(const std::string& path) { return escaped_up_to(PATH_MAX, path); }

bool is_file_name(const std::string& text) {
  const auto is_safe = [](unsigned char c) {
    return c < 0x80 && (std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == '+');
  };
  return !text.empty() && text.size() <= 100 && std::isalnum(static_cast<unsigned char>(text[0])) != 0 &&
         std::all_of(text.begin(), text.end(), is_safe);
}

}  // namespace systole
