#pragma once
// One point in a process of its own: this program again, told by its standard input what to simulate.
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace systole {

struct PointLimits {
  std::optional<double> seconds;         ///< of wall time
  std::optional<uint64_t> memory_bytes;  ///< of address space
};

/// The status with which the point's process says that the machine has no room for its files or processes.
inline constexpr int kNoRoomStatus = 74;

/// How a point ended. A result that fails its check is a result: done.
struct PointOutcome {
  /// `no_room`: the machine has none for its results (a full disk) or processes; the point is as if it had
  /// not run.
  enum class Kind { done, declined, timeout, memory, crash, no_room };
  Kind kind = Kind::done;
  std::string reason;  ///< one line; empty when done
  int signal = 0;      ///< that ended its process; 0 where it ended by itself
};
const char* name_of(PointOutcome::Kind kind);

class PointProcess {
 public:
  /// Starts this program with `arguments`; `input` is its standard input. It ends with this process, whatever
  /// ends that.
  PointProcess(const std::vector<std::string>& arguments, const std::string& input,
               const PointLimits& limits);
  /// Kills it, and all it started.
  ~PointProcess();
  PointProcess(const PointProcess&) = delete;
  PointProcess& operator=(const PointProcess&) = delete;

  /// A descriptor that is readable when there is something to do for advance().
  int descriptor() const { return pipe_; }
  /// Takes what there is; the outcome once it has ended.
  std::optional<PointOutcome> advance();
  /// The outcome when its time is over.
  std::optional<PointOutcome> check_time();

 private:
  void kill_all();
  int wait();
  PointOutcome outcome_of(int status) const;

  PointLimits limits_;
  double start_;
  pid_t pid_ = -1;
  int pipe_ = -1;        ///< its standard error; ends when the last process that holds it has ended
  std::string message_;  ///< what came over it, the last part
};

}  // namespace systole
