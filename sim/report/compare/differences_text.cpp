#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/config/text.h"
#include "sim/report/compare/comparison.h"
#include "sim/report/identity_difference.h"
#include "sim/report/terminal/wrap.h"

namespace systole {
namespace {

constexpr size_t kMostShown = 12;

/// "2 (A, C), 4 (B)"
std::string grouped_values(const std::vector<std::string>& values) {
  std::vector<std::pair<std::string, std::string>> letters;  // of each value
  for (size_t r = 0; r < values.size(); ++r) {
    const auto found = std::find_if(letters.begin(), letters.end(),
                                    [&](const auto& known) { return known.first == values[r]; });
    if (found == letters.end()) {
      letters.emplace_back(values[r], letter_of(r));
    } else {
      found->second += ", " + letter_of(r);
    }
  }
  std::string text;
  for (const auto& [value, whose] : letters)
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", shortened(value), whose);
  return text;
}

}  // namespace

std::string differences_text(const std::vector<SavedRun>& runs, const Style& style) {
  std::vector<const nlohmann::ordered_json*> results;
  for (const SavedRun& run : runs) results.push_back(&run.results);
  const std::vector<IdentityDifference> differences = identity_differences(results);
  if (differences.empty()) return "";
  std::string text = "\n" + style.bold("what differs in their configuration") + "\n";
  for (size_t i = 0; i < std::min(differences.size(), kMostShown); ++i) {
    const IdentityDifference& difference = differences[i];
    text +=
        wrapped(fmt::format("{}: {}", difference.key, grouped_values(difference.values)), style, 2) + "\n";
  }
  if (differences.size() > kMostShown)
    text += style.dim(fmt::format("and {} more\n", differences.size() - kMostShown));
  return text;
}

}  // namespace systole
