#include "sim/config/layer_pattern.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>

#include "sim/config/text.h"

namespace systole {
namespace {

constexpr size_t kMostNear = 5;

/// Of a pattern: layers that begin almost as it does. Of a name: the nearest.
std::string near_layers(const std::string& pattern, const std::vector<std::string>& layers) {
  const size_t wild = pattern.find_first_of("*?[");
  if (wild == std::string::npos) return did_you_mean(pattern, layers);
  std::vector<std::string> near;
  for (const std::string& layer : layers) {
    if (!nearest(pattern.substr(0, wild), {layer.substr(0, wild)}).empty()) near.push_back(layer);
  }
  if (near.empty()) return "";
  if (near.size() > kMostNear) near.resize(kMostNear);
  return fmt::format(", did you mean '{}'?", fmt::join(near, "', '"));
}

}  // namespace

bool matches_layer(const std::string& pattern, const std::string& layer) {
  return ::fnmatch(pattern.c_str(), layer.c_str(), 0) == 0;
}

bool matches_layer(const std::vector<std::string>& patterns, const std::string& layer) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&layer](const std::string& pattern) { return matches_layer(pattern, layer); });
}

std::string unmatched(const std::string& pattern, const std::string& workload,
                      const std::vector<std::string>& layers) {
  const auto is_match = [&pattern](const std::string& layer) { return matches_layer(pattern, layer); };
  if (std::any_of(layers.begin(), layers.end(), is_match)) return "";
  const std::string hint = near_layers(pattern, layers);
  return fmt::format("no layer {} in {}{} legal: {}", quoted(pattern), workload, hint.empty() ? "," : hint,
                     joined(layers));
}

}  // namespace systole
