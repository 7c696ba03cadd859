#pragma once
// A forked child of this process.
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace systole {

/// A child that does one thing and ends. It has a process group of its own, so that what a terminal sends is
/// its parent's alone; it ends when its parent does, whatever ends that.
class ChildProcess {
 public:
  /// Forks: the child calls `work` with the writing end of a pipe to its parent and ends with the status that
  /// it returns; what it throws ends the child by SIGABRT. The child has its standard streams, the pipe and
  /// no other open file, leaves no core and destroys nothing of its parent's. The parent must have no other
  /// thread. Throws std::system_error when the system refuses a pipe or a process.
  explicit ChildProcess(const std::function<int(int pipe)>& work);
  /// Kills it.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Appends what it has written, some of it at least; false at the end, when it has written all.
  bool read(std::string& into);
  /// Waits for its end and returns the status, as waitpid() gives it.
  int wait();
  void kill();

  /// The pipe's reading end; negative once wait() has returned.
  int descriptor() const { return pipe_; }
  bool has_ended() const { return pid_ < 0; }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  int pipe_ = -1;
};

/// Waits until one of the children can be read, or for a tenth of a second; for each whether it can.
std::vector<bool> wait_for_any(const std::vector<const ChildProcess*>& children);

/// The address space of this process.
uint64_t address_space_bytes();
/// From now on this process gets no more address space than that. Throws std::bad_alloc when it has more.
void limit_address_space(uint64_t bytes);

}  // namespace systole
