#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/import/scalesim/lines.h"

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
  void read_entry(const std::string& section, const Line& line);

  std::vector<Entry> entries_;
  std::map<std::pair<std::string, std::string>, size_t> places_;  ///< by section and key in lower case
};

/// Whether the first line that says anything is a `[section]`.
bool is_settings(const std::string& text);

}  // namespace systole
