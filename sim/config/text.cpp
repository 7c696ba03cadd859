#include "sim/config/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <climits>

namespace systole {
namespace {

constexpr size_t kLongestShown = 60, kLongestListed = 100;  // characters
constexpr size_t kMostShown = 40;

int lower(char c) { return std::tolower(static_cast<unsigned char>(c)); }

/// Letters replaced, left out, put in, or swapped with their neighbours; case does not matter.
size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<size_t>> table(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) table[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) table[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const bool is_same = lower(a[i - 1]) == lower(b[j - 1]);
      size_t& best = table[i][j];
      best = std::min({table[i - 1][j - 1] + (is_same ? 0 : 1), table[i - 1][j] + 1, table[i][j - 1] + 1});
      const bool is_swap =
          i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
      if (is_swap) best = std::min(best, table[i - 2][j - 2] + 1);
    }
  }
  return table[a.size()][b.size()];
}

/// The only candidate that begins with `word`; "" for short words.
std::string completed(const std::string& word, const std::vector<std::string>& candidates) {
  constexpr size_t kShortest = 3;
  std::string only;
  if (word.size() < kShortest) return only;
  for (const std::string& candidate : candidates) {
    if (candidate.size() < word.size() || !is_same_but_for_case(word, candidate.substr(0, word.size())))
      continue;
    if (!only.empty()) return "";
    only = candidate;
  }
  return only;
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

bool is_same_but_for_case(const std::string& a, const std::string& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string nearest(const std::string& word, const std::vector<std::string>& candidates) {
  if (word.size() > kLongestShown) return "";
  std::string best;
  size_t best_distance = word.size() + 1;
  for (const std::string& candidate : candidates) {
    const size_t shorter = std::min(word.size(), candidate.size());
    const size_t longer = std::max(word.size(), candidate.size());
    const size_t distance = edit_distance(word, candidate);
    const bool is_near = distance <= std::max<size_t>(1, longer / 3) && distance < shorter;
    if (is_near && distance < best_distance) best = candidate, best_distance = distance;
  }
  return best.empty() ? completed(word, candidates) : best;
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
std::string shortened(const std::string& text) { return escaped_up_to(kLongestShown, text); }
std::string quoted(const std::string& text) { return "'" + shortened(text) + "'"; }
std::string file_place(const std::string& path) { return escaped_up_to(PATH_MAX, path); }

bool is_file_name(const std::string& text) {
  const auto is_safe = [](unsigned char c) {
    return c < 0x80 && (std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == '+');
  };
  return !text.empty() && text.size() <= 100 && std::isalnum(static_cast<unsigned char>(text[0])) != 0 &&
         std::all_of(text.begin(), text.end(), is_safe);
}

}  // namespace systole
