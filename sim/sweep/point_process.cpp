#include "sim/sweep/point_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <new>
#include <system_error>

#include "sim/config/config.h"
#include "sim/config/scalars.h"

namespace systole {
namespace {

constexpr size_t kMostMessageBytes = 4096;
constexpr int kUserErrorStatus = 2;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// What the child does before the point's work.
void settle(int pipe, const PointLimits& limits) {
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO}) ::dup2(nowhere, stream);
  ::dup2(pipe, STDERR_FILENO);
  ::close(nowhere);
  ::close(pipe);
  if (!limits.memory_bytes) return;
  const uint64_t now = address_space_bytes();
  limit_address_space(*limits.memory_bytes + now - std::min(now, limits.program_bytes));
}

int live(const PointWork& work, int pipe, const PointLimits& limits) {
  try {
    settle(pipe, limits);
  } catch (const std::bad_alloc&) {
    std::fputs("systole: error: out of memory\n", stderr);
    return kUserErrorStatus;
  }
  return work();
}

std::unique_ptr<ChildProcess> start(const PointWork& work, const PointLimits& limits) {
  try {
    return std::make_unique<ChildProcess>([&](int pipe) { return live(work, pipe, limits); });
  } catch (const std::system_error& error) {
    throw UserError(fmt::format("sweep: error: cannot start a point, {}", error.what()));
  }
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

PointProcess::PointProcess(const PointWork& work, const PointLimits& limits)
    : limits_(limits), start_(now()), child_(start(work, limits)) {}

std::optional<PointOutcome> PointProcess::advance() {
  const bool more = child_->read(message_);
  if (message_.size() > kMostMessageBytes) message_.erase(0, message_.size() - kMostMessageBytes);
  if (more) return std::nullopt;
  return outcome_of(child_->wait());
}

std::optional<PointOutcome> PointProcess::check_time() {
  if (!limits_.seconds || now() - start_ < *limits_.seconds) return std::nullopt;
  child_->kill();
  child_->wait();
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
  if (WIFEXITED(status) && WEXITSTATUS(status) == kUserErrorStatus)
    return {PointOutcome::Kind::declined, reason};
  if (WIFSIGNALED(status)) {
    return {PointOutcome::Kind::crash,
            fmt::format("ended by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status))),
            WTERMSIG(status)};
  }
  if (reason.empty()) reason = fmt::format("ended with status {}", WEXITSTATUS(status));
  return {PointOutcome::Kind::crash, reason};
}

}  // namespace systole
