#pragma once
#include <vector>

#include "sim/report/trace/text_file.h"

namespace systole {

/// A value change dump under way: variables first, then values in the order of time.
class VcdFile {
 public:
  explicit VcdFile(const std::filesystem::path& path) : file_(path) {}

  void begin_scope(const std::string& name);
  void end_scope();
  /// `bits` of a number; 0: a text without spaces. Returns what to call it by.
  std::size_t add(const std::string& name, int bits);
  void end_of_variables();

  /// Time in femtoseconds since the beginning.
  void at(uint64_t fs) { now_ = fs; }
  void set(std::size_t variable, uint64_t number);
  void set(std::size_t variable, const std::string& text);
  void set_unknown(std::size_t variable);
  /// At the last time given.
  void close();

 private:
  struct Variable {
    std::string id;
    int bits;
    std::string value;
  };
  void put(Variable& variable, const std::string& value);

  TextFile file_;
  std::vector<Variable> variables_;
  uint64_t now_ = 0, written_ = ~uint64_t{0};
};

}  // namespace systole
