#include "sim/process/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <new>
#include <system_error>

namespace systole {
namespace {

constexpr int kTickMilliseconds = 100;
constexpr int kOrphanStatus = 127;

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

/// A lock that the child held too would outlive its parent.
void close_all_but_streams_and(int pipe) {
  const auto end = static_cast<unsigned>(pipe);
  if (end > STDERR_FILENO + 1) ::close_range(STDERR_FILENO + 1, end - 1, 0);
  ::close_range(end + 1, ~0U, 0);
}

/// The life of a child.
int live(const std::function<int(int pipe)>& work, int pipe, pid_t parent) noexcept {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) return kOrphanStatus;
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  close_all_but_streams_and(pipe);
  const rlimit no_core = {0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  return work(pipe);
}

}  // namespace

ChildProcess::ChildProcess(const std::function<int(int pipe)>& work) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail("no pipe");
  std::fflush(nullptr);  // or both would write it
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) ::_exit(live(work, ends[1], parent));  // the parent's objects are not the child's to destroy
  const int error = errno;
  ::close(ends[1]);
  pipe_ = ends[0];
  if (pid_ < 0) {
    ::close(pipe_);
    errno = error;
    fail("no process");
  }
  ::setpgid(pid_, pid_);  // here too: kill() may come before the child gets to it
}

ChildProcess::~ChildProcess() {
  kill();
  wait();
}

bool ChildProcess::read(std::string& into) {
  std::array<char, 65536> block;
  const ssize_t n = ::read(pipe_, block.data(), block.size());
  if (n < 0) return errno == EINTR || errno == EAGAIN;
  into.append(block.data(), static_cast<size_t>(n));
  return n > 0;
}

int ChildProcess::wait() {
  int status = 0;
  if (pid_ > 0) {
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
  }
  pid_ = -1;
  if (pipe_ >= 0) ::close(pipe_);
  pipe_ = -1;
  return status;
}

void ChildProcess::kill() {
  if (pid_ > 0) ::kill(-pid_, SIGKILL);
}

std::vector<bool> wait_for_any(const std::vector<const ChildProcess*>& children) {
  std::vector<pollfd> waits;
  for (const ChildProcess* child : children) waits.push_back({child->descriptor(), POLLIN, 0});
  const int count = ::poll(waits.data(), waits.size(), kTickMilliseconds);
  std::vector<bool> readable(children.size());
  for (size_t i = 0; count > 0 && i < waits.size(); ++i) readable[i] = waits[i].revents != 0;
  return readable;
}

uint64_t address_space_bytes() {
  uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
}

void limit_address_space(uint64_t bytes) {
  const rlimit limit = {bytes, bytes};
  ::setrlimit(RLIMIT_AS, &limit);
  if (address_space_bytes() > bytes) throw std::bad_alloc();
}

}  // namespace systole
