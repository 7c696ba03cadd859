#pragma once
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sim/import/imported.h"

namespace systole {

/// `text` with every run of characters that a name of ours cannot have as one '_', without those at its ends;
/// `instead` where nothing is left.
std::string legal_name(const std::string& text, const std::string& instead);
/// The name of what a file holds: its own without folder and extension, made legal.
std::string name_of_file(const std::string& path, const std::string& instead);

std::string lower_case(std::string text);

/// Gives each name once. Tells of every name that it changes.
class UniqueNames {
 public:
  explicit UniqueNames(std::vector<Note>& notes) : notes_(notes) {}
  std::string unique(const std::string& text, int line);

 private:
  std::vector<Note>& notes_;
  std::unordered_set<std::string> given_;
  std::unordered_map<std::string, int> times_;
};

}  // namespace systole
