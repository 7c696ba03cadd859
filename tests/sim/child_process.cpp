#include "tests/sim/child_process.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <stdexcept>

namespace systole::test {
namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void live(const std::function<Json()>& work, int descriptor) {
  Json message;
  try {
    message["result"] = work();
  } catch (const std::exception& error) {
    message["error"] = error.what();
  }
  const std::string text = message.dump();
  std::FILE* pipe = fdopen(descriptor, "w");
  const bool sent =
      pipe && std::fwrite(text.data(), 1, text.size(), pipe) == text.size() && std::fclose(pipe) == 0;
  _exit(sent ? 0 : 1);
}

std::string read_all(int descriptor) {
  std::string text;
  char piece[4096];
  for (ssize_t n; (n = read(descriptor, piece, sizeof piece)) > 0;)
    text.append(piece, static_cast<size_t>(n));
  return text;
}

}  // namespace

Json in_child(const std::function<Json()>& work) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe to a child process");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no child process");
  if (child == 0) {
    close(ends[0]);
    live(work, ends[1]);
  }
  close(ends[1]);
  const std::string text = read_all(ends[0]);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (status != 0) throw std::runtime_error("a child process died");
  Json message = Json::parse(text);
  if (message.contains("error")) throw std::runtime_error(message["error"].get<std::string>());
  return message["result"];
}

}  // namespace systole::test
