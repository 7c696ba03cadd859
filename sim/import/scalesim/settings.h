#pragma once
#include <string>
#include <vector>

#include "sim/config/yaml_tree.h"

namespace systole {

/// Sections of keys and values, as Python's configparser reads them: `[section]`, `key: value` or `key =
/// value`, comments from '#' or ';' at the beginning of a line. Keys do not tell case.
class Settings {
 public:
  struct Entry {
    std::string section, key;  ///< as spelled in the file
    YamlNode value;
  };

  /// Throws UserError for a line that is none of these, and for what is given twice.
  Settings(const std::string& text, const std::string& source);

  /// Null where there is none.
  const YamlNode* find(const std::string& section, const std::string& key) const;
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  void read_entry(const std::string& section, const YamlNode& line);

  std::vector<Entry> entries_;
};

/// Whether the first line that says anything is a `[section]`.
bool is_settings(const std::string& text);
/// Whether two keys are the same but for case.
bool same_key(const std::string& a, const std::string& b);

}  // namespace systole
