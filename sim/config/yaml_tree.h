#pragma once
// A YAML document as a plain tree with its places: what every reader of configuration works on. Names no
// yaml-cpp.
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace systole {

/// Where a value was written: a file with 1-based line and column, or an option (line 0) and the path it set.
struct Where {
  std::shared_ptr<const std::string> source;
  int line = 0, column = 0;
  std::string option_path = {};  ///< of `--set path=value`
};

/// "file:line:col", or the source alone.
std::string place_of(const Where& where);

/// Throws UserError: "file:line:col: error: what", or "--set: error: path: what".
[[noreturn]] void fail_at(const Where& where, const std::string& what);

struct YamlNode {
  enum class Kind { null, scalar, sequence, map };
  struct Entry;
  Kind kind = Kind::null;
  bool quoted = false;  ///< a quoted scalar is a text, never a number or a truth value
  std::string text;     ///< scalar
  Where where;
  std::vector<YamlNode> items;  ///< sequence
  std::vector<Entry> entries;   ///< map, in the order of the file

  const YamlNode* find(const std::string& key) const;
  YamlNode* find(const std::string& key);
  /// "'16.5'", "'[1, 2]'", "a map", "nothing": the value as an error message names it.
  std::string described() const;
};

struct YamlNode::Entry {
  std::string key;
  Where where;  ///< of the key
  YamlNode value;
};

/// Reads a file whose top level is a map. Refuses, in milliseconds and with one line: what cannot be read or
/// is too large, bytes that are not UTF-8 text, absurd nesting, anchors, aliases, tags, duplicate keys, a
/// second document.
YamlNode read_yaml_file(const std::string& path);

/// The same for a text: `where.source` names it, and with line 0 every place in it is `where` itself.
YamlNode parse_yaml(const std::string& text, const Where& where);

}  // namespace systole
