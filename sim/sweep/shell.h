#pragma once
#include <string>
#include <vector>

namespace systole {

struct ShellResult {
  int status = 0;      ///< as the shell gives it: 127 when there is no such program
  std::string output;  ///< of both streams
};

/// Runs a program with these words and waits for it.
ShellResult run_program(const std::vector<std::string>& words);
/// The word as a shell reads it back.
std::string shell_quoted(const std::string& word);

}  // namespace systole
