#include "sim/sweep/point_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "sim/config/config.h"
#include "sim/config/scalars.h"

namespace systole {
namespace {

constexpr size_t kMostMessageBytes = 4096;
constexpr int kCannotStart = 127;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

[[noreturn]] void fail(const char* what) {
  throw UserError(fmt::format("sweep: error: cannot start a point, {}: {}", what, std::strerror(errno)));
}

/// A nameless file in memory with the text in it, to be read from its start.
int memory_file(const std::string& text) {
  const int file = ::memfd_create("point", MFD_CLOEXEC);
  if (file < 0) fail("no memory file");
  for (size_t written = 0; written < text.size();) {
    const ssize_t n = ::write(file, text.data() + written, text.size() - written);
    if (n < 0 && errno != EINTR) fail("no memory file");
    if (n > 0) written += static_cast<size_t>(n);
  }
  ::lseek(file, 0, SEEK_SET);
  return file;
}

/// Between fork and exec: nothing but system calls.
[[noreturn]] void become(const std::vector<char*>& arguments, int input, int errors,
                         const PointLimits& limits, pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(kCannotStart);
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  ::dup2(input, STDIN_FILENO);
  ::dup2(errors, STDERR_FILENO);
  const int nowhere = ::open("/dev/null", O_WRONLY);
  if (nowhere >= 0) ::dup2(nowhere, STDOUT_FILENO);
  const rlimit no_core = {0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  if (limits.memory_bytes) {
    const rlimit memory = {*limits.memory_bytes, *limits.memory_bytes};
    ::setrlimit(RLIMIT_AS, &memory);
  }
  ::execv("/proc/self/exe", arguments.data());
  ::_exit(kCannotStart);
}

/// An error is the last thing a point says.
std::string last_line(const std::string& text) {
  const size_t end = text.find_last_not_of('\n');
  if (end == std::string::npos) return "";
  const size_t before = text.rfind('\n', end);
  const size_t start = before == std::string::npos ? 0 : before + 1;
  return text.substr(start, end + 1 - start);
}

bool says_out_of_memory(const std::string& message) {
  for (const char* text : {"out of memory", "bad_alloc", "Cannot allocate memory", "cannot allocate memory",
                           "failed to map segment", "Resource temporarily unavailable"}) {
    if (message.find(text) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

const char* name_of(PointOutcome::Kind kind) {
  static constexpr std::array<const char*, 6> kNames = {"done",   "declined", "timeout",
                                                        "memory", "crash",    "no room"};
  return kNames[static_cast<size_t>(kind)];
}

PointProcess::PointProcess(const std::vector<std::string>& arguments, const std::string& input,
                           const PointLimits& limits)
    : limits_(limits), start_(now()) {
  std::vector<std::string> words = arguments;
  words.insert(words.begin(), "systole");
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  const int input_file = memory_file(input);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    ::close(input_file);
    fail("no pipe");
  }
  std::fflush(nullptr);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) become(pointers, input_file, ends[1], limits_, parent);
  const int error = errno;
  ::close(input_file);
  ::close(ends[1]);
  pipe_ = ends[0];
  if (pid_ < 0) {
    ::close(pipe_);
    errno = error;
    fail("no process");
  }
  ::setpgid(pid_, pid_);  // here too: kill_all() may come before the child gets to it
}

PointProcess::~PointProcess() {
  kill_all();
  wait();
  ::close(pipe_);
}

void PointProcess::kill_all() {
  if (pid_ > 0) ::kill(-pid_, SIGKILL);
}

int PointProcess::wait() {
  int status = 0;
  if (pid_ > 0) {
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
  }
  pid_ = -1;
  return status;
}

std::optional<PointOutcome> PointProcess::advance() {
  std::array<char, 4096> block;
  const ssize_t n = ::read(pipe_, block.data(), block.size());
  if (n < 0 && (errno == EINTR || errno == EAGAIN)) return std::nullopt;
  if (n > 0) {
    message_.append(block.data(), static_cast<size_t>(n));
    if (message_.size() > kMostMessageBytes) message_.erase(0, message_.size() - kMostMessageBytes);
    return std::nullopt;
  }
  return outcome_of(wait());
}

std::optional<PointOutcome> PointProcess::check_time() {
  if (!limits_.seconds || now() - start_ < *limits_.seconds) return std::nullopt;
  kill_all();
  wait();
  return PointOutcome{PointOutcome::Kind::timeout, fmt::format("no result within {} s", *limits_.seconds)};
}

PointOutcome PointProcess::outcome_of(int status) const {
  if (WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 3)) return {};
  std::string reason = last_line(message_);
  if (limits_.memory_bytes && says_out_of_memory(message_)) {
    return {PointOutcome::Kind::memory,
            fmt::format("out of memory within {}", bytes_text(*limits_.memory_bytes))};
  }
  if (says_out_of_memory(message_)) return {PointOutcome::Kind::memory, reason};
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNoRoomStatus) return {PointOutcome::Kind::no_room, reason};
  if (WIFEXITED(status) && WEXITSTATUS(status) == 2) return {PointOutcome::Kind::declined, reason};
  if (WIFSIGNALED(status)) {
    return {PointOutcome::Kind::crash,
            fmt::format("ended by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status))),
            WTERMSIG(status)};
  }
  if (reason.empty()) reason = fmt::format("ended with status {}", WEXITSTATUS(status));
  return {PointOutcome::Kind::crash, reason};
}

}  // namespace systole
