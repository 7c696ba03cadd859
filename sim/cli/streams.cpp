#include "sim/cli/streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "sim/config/config.h"

namespace systole {

void secure_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) < 0 && errno == EBADF)
      ::open("/dev/null", O_RDWR);  // the lowest that is free
  }
  std::signal(SIGXFSZ, SIG_IGN);
}

bool stdout_failed() { return std::ferror(stdout) != 0; }

void flush_stdout() {
  errno = 0;
  if (std::fflush(stdout) == 0 && !stdout_failed()) return;
  throw UserError(
      fmt::format("stdout: error: {}", errno != 0 ? std::strerror(errno) : "not all could be written"));
}

}  // namespace systole
