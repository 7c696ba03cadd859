#pragma once
// SIGINT and SIGTERM end a run in good order: workers stopped, no partial results.
#include <stdexcept>

namespace systole {

class Interrupted : public std::runtime_error {
 public:
  explicit Interrupted(int signal) : std::runtime_error("interrupted"), signal_(signal) {}
  int signal() const { return signal_; }

 private:
  int signal_;
};

/// From now on these signals are only noted (and end a poll() early).
void catch_interrupts();
void throw_if_interrupted();

}  // namespace systole
