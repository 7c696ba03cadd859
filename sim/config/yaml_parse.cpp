// YAML text -> tree, from the parser's events: whatever a configuration has no use for is refused as it comes
// by.
#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "sim/config/text.h"
#include "sim/config/yaml_tree.h"

namespace systole {
namespace {

constexpr size_t kMaxDepth = 32;
constexpr size_t kMaxNodes = 200000;

Where placed(const Where& base, int line, int column) {
  Where where = base;
  if (base.line > 0) where.line = line + 1, where.column = column + 1;
  return where;
}

[[noreturn]] void fail_depth(const Where& where) {
  fail_at(where, fmt::format("nested more than {} deep", kMaxDepth));
}

/// The parser looks megabytes ahead before its first event, so brackets are counted before it starts.
void check_brackets(const std::string& text, const Where& base) {
  size_t depth = 0;
  int line = 0, column = 0;
  for (char c : text) {
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && depth > 0) --depth;
    if (depth > kMaxDepth) fail_depth(placed(base, line, column));
    ++column;
    if (c == '\n') ++line, column = 0;
  }
}

constexpr const char* kTabHint = ", the line is indented by a tab, legal: spaces";

bool has_tab_indent(const std::string& text, int line) {
  size_t at = 0;
  for (int skipped = 0; skipped < line; ++skipped) at = text.find('\n', at) + 1;
  return at < text.size() &&
         text.substr(at, text.find_first_not_of(" \t", at) - at).find('\t') != std::string::npos;
}

class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const Where& base) : base_(base) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) fail_at(at(mark), "a second document, legal: one in a file");
  }
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    fail_at(at(mark), fmt::format("anchor {}: anchors and aliases are not supported, write the value out",
                                  quoted(name)));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    fail_at(at(mark), "anchors and aliases are not supported, write the value out");
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { add(made(YamlNode::Kind::null, mark, "?")); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    YamlNode node = made(YamlNode::Kind::scalar, mark, tag);
    if (value.find('\0') != std::string::npos)  // the system would read a path as far as there
      fail_at(node.where, fmt::format("{} holds a zero byte, legal: texts without", quoted(value)));
    node.quoted = tag == "!";
    node.text = value;
    add(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(made(YamlNode::Kind::sequence, mark, tag));
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    open(made(YamlNode::Kind::map, mark, tag));
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

  YamlNode take() { return std::move(root_); }

 private:
  /// A map or list being filled; a map alternates between a key and its value.
  struct Frame {
    YamlNode node;
    std::set<std::string> keys;
    bool has_key = false;
  };

  Where at(const YAML::Mark& mark) const { return placed(base_, mark.line, mark.column); }

  YamlNode made(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!") {
      fail_at(at(mark), fmt::format("tag {}: tags are not supported", quoted(tag)));
    }
    if (++nodes_ > kMaxNodes) fail_at(at(mark), fmt::format("more than {} values in a file", kMaxNodes));
    YamlNode node;
    node.kind = kind;
    node.where = at(mark);
    return node;
  }

  void open(YamlNode node) {
    if (frames_.size() == kMaxDepth) fail_depth(node.where);
    frames_.push_back({std::move(node), {}, false});
  }

  void close() {
    YamlNode node = std::move(frames_.back().node);
    frames_.pop_back();
    add(std::move(node));
  }

  void add(YamlNode node) {
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node.kind == YamlNode::Kind::sequence) {
      frame.node.items.push_back(std::move(node));
    } else if (frame.has_key) {
      frame.node.entries.back().value = std::move(node);
      frame.has_key = false;
    } else {
      add_key(frame, std::move(node));
    }
  }

  void add_key(Frame& frame, YamlNode key) {
    if (key.kind != YamlNode::Kind::scalar) {
      fail_at(key.where, fmt::format("{} as a key, legal: a word", key.described()));
    }
    if (!frame.keys.insert(key.text).second) {
      const auto& entries = frame.node.entries;
      const auto first = std::find_if(entries.begin(), entries.end(),
                                      [&](const auto& entry) { return entry.key == key.text; });
      const int line = first->where.line;
      fail_at(key.where, "duplicate key " + quoted(key.text) +
                             (line > 0 ? fmt::format(", first in line {}", line) : ""));
    }
    frame.node.entries.push_back({key.text, key.where, {}});
    frame.has_key = true;
  }

  Where base_;
  YamlNode root_;
  std::vector<Frame> frames_;
  size_t nodes_ = 0, documents_ = 0;
};

}  // namespace

YamlNode parse_yaml(const std::string& text, const Where& where) {
  check_brackets(text, where);
  TreeBuilder builder(where);
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    Where place = where;
    if (!error.mark.is_null()) place = placed(where, error.mark.line, error.mark.column);
    fail_at(place,
            "not YAML: " + escaped(error.msg) + (has_tab_indent(text, error.mark.line) ? kTabHint : ""));
  }
  YamlNode root = builder.take();
  if (root.where.source == nullptr) root.where = where;
  return root;
}

}  // namespace systole
