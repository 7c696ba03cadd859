#pragma once
// One point in a process of its own.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "sim/process/child_process.h"

namespace systole {

struct PointLimits {
  std::optional<double> seconds;         ///< of wall time
  std::optional<uint64_t> memory_bytes;  ///< of address space
  /// That of the program itself: what the sweep has taken since is beside the point's.
  uint64_t program_bytes = address_space_bytes();
};

/// Simulates a point in the process that calls it, leaves its files, and returns the exit status. Errors are
/// told on stderr; an error is the last thing it tells.
using PointWork = std::function<int()>;

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
  /// Starts `work` in a child, whose stdout nobody reads. Throws UserError when the system refuses one.
  PointProcess(const PointWork& work, const PointLimits& limits);

  const ChildProcess& child() const { return *child_; }
  /// Takes what there is once the child can be read; the outcome once it has ended.
  std::optional<PointOutcome> advance();
  /// The outcome when its time is over.
  std::optional<PointOutcome> check_time();

 private:
  PointOutcome outcome_of(int status) const;

  PointLimits limits_;
  double start_;
  std::unique_ptr<ChildProcess> child_;
  std::string message_;  ///< what came over its standard error, the last part
};

}  // namespace systole
