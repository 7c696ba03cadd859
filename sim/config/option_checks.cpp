// Keys of a layer that the algorithm it ends up with has no use for.
#include <fmt/format.h>

#include "sim/config/text.h"
#include "sim/config/workload_fields.h"
#include "sim/lowering/lowering.h"
#include "sim/lowering/options.h"

namespace systole {
namespace {

/// The value under a path of keys such as winograd.m.
const YamlNode* value_under(const YamlNode& map, const std::string& path) {
  const size_t dot = path.find('.');
  const YamlNode* value = map.find(path.substr(0, dot));
  return value == nullptr || dot == std::string::npos ? value : value_under(*value, path.substr(dot + 1));
}

/// A key that has no effect: refused where the file itself is at odds, noted where the command line is.
void refuse_or_note(const YamlNode& node, const std::string& key, const std::string& legal,
                    bool from_command_line, Layer& layer) {
  if (from_command_line) {
    layer.ignored_keys.push_back(key);
    return;
  }
  const YamlNode* value = value_under(node, key);
  fail_at(value == nullptr ? node.where : value->where,
          fmt::format("layer {}: {} has no effect on algorithm {}, legal: with {}",
                      systole::quoted(layer.name), key, layer.algorithm, legal));
}

}  // namespace

void settle_options(const YamlNode& root, const YamlNode& node, bool algorithm_from_command_line,
                    Layer& layer) {
  const bool noted = algorithm_from_command_line;
  if (!layer.has_choice() &&
      (node.find("objective") != nullptr || (noted && root.find("objective") != nullptr))) {
    refuse_or_note(node, "objective", "auto, all", noted, layer);
  }
  for (const AlgorithmOption& option : useless_options(layer)) {
    refuse_or_note(node, option.key, takers_of(option), noted, layer);
    option.reset(layer);
  }
}

void check_common_objective(const YamlNode& root, const std::vector<Layer>& layers) {
  const YamlNode* objective = root.find("objective");
  if (objective == nullptr) return;
  for (const Layer& layer : layers) {
    if (layer.has_choice()) return;
  }
  fail_value(*objective, "objective",
             "no layer leaves its algorithm open, legal: with algorithm auto or all");
}

std::vector<std::string> notes_on(const std::vector<Layer>& layers) {
  std::vector<std::string> notes;
  for (const Layer& layer : layers) {
    for (const std::string& key : layer.ignored_keys) {
      notes.push_back(fmt::format("layer {}: {} has no effect on algorithm {}", quoted(layer.name), key,
                                  layer.algorithm));
    }
  }
  return notes;
}

}  // namespace systole
