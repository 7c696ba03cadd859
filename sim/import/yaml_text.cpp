#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/config/text.h"
#include "sim/import/imported.h"

namespace systole {
namespace {

constexpr size_t kMaxBytes = size_t{1} << 20;

std::string flow(const YamlNode& node) {
  std::vector<std::string> parts;
  switch (node.kind) {
    case YamlNode::Kind::null:
      return "null";
    case YamlNode::Kind::scalar:
      return node.quoted ? nlohmann::json(node.text).dump() : node.text;
    case YamlNode::Kind::sequence:
      for (const YamlNode& item : node.items) parts.push_back(flow(item));
      return fmt::format("[{}]", fmt::join(parts, ", "));
    case YamlNode::Kind::map:
      break;
  }
  for (const YamlNode::Entry& entry : node.entries) parts.push_back(entry.key + ": " + flow(entry.value));
  return fmt::format("{{{}}}", fmt::join(parts, ", "));
}

/// Writes notes as comments, each once.
class Comments {
 public:
  explicit Comments(const std::vector<Note>& notes) : notes_(notes) {}

  std::string up_to(int line, const char* indent) {
    std::string text;
    for (; next_ < notes_.size() && notes_[next_].line <= line; ++next_) {
      const Note& note = notes_[next_];
      text += indent + std::string("# ") + (note.line > 0 ? fmt::format("line {}: ", note.line) : "") +
              escaped(note.text) + "\n";
    }
    return text;
  }

 private:
  const std::vector<Note>& notes_;
  size_t next_ = 0;
};

}  // namespace

std::string yaml_text(const Imported& imported) {
  const int last = imported.notes.empty() ? 0 : imported.notes.back().line;
  const YamlNode* layers = imported.root.find("layers");
  Comments comments(imported.notes);
  std::string text = "# Made by 'systole import' from " + escaped(imported.origin) + ".\n";
  text += comments.up_to(layers == nullptr ? last : 0, "");
  for (const YamlNode::Entry& entry : imported.root.entries) {
    if (entry.key != "layers") text += entry.key + ": " + flow(entry.value) + "\n";
  }
  if (layers != nullptr) {
    text += "layers:\n";
    for (const YamlNode& layer : layers->items)
      text += comments.up_to(layer.where.line, "  ") + "  - " + flow(layer) + "\n";
    text += comments.up_to(last, "  ");
  }
  if (text.size() > kMaxBytes) {
    fail_at({imported.root.where.source},
            fmt::format("makes a YAML file of {} bytes, legal: up to {}, split it", text.size(), kMaxBytes));
  }
  return text;
}

}  // namespace systole
