#include "sim/sweep/shell.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>

namespace systole {

std::string shell_quoted(const std::string& word) {
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

ShellResult run_program(const std::vector<std::string>& words) {
  std::string command = "exec";
  for (const std::string& word : words) command += " " + shell_quoted(word);
  std::FILE* stream = ::popen((command + " 2>&1 </dev/null").c_str(), "re");
  if (stream == nullptr) throw std::runtime_error(words.front() + ": " + std::strerror(errno));
  ShellResult result;
  std::array<char, 4096> block;
  for (ssize_t n;
       (n = ::read(::fileno(stream), block.data(), block.size())) > 0 || (n < 0 && errno == EINTR);)
    result.output.append(block.data(), n > 0 ? static_cast<size_t>(n) : 0);
  const int status = ::pclose(stream);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

}  // namespace systole
