#pragma once
// What a simulation costs the computer it runs on. These figures go to host.json alone.
#include <cstdint>
#include <optional>
#include <string>

namespace systole {

double monotonic_seconds();    ///< the same clock in every process
double thread_cpu_seconds();   ///< of the calling thread
double process_cpu_seconds();  ///< of this process and its ended children
uint64_t peak_rss_bytes();     ///< of this process

class WallTimer {
 public:
  double seconds() const { return monotonic_seconds() - start_; }

 private:
  double start_ = monotonic_seconds();
};

/// What `--audit` looked at.
struct AuditFigures {
  uint64_t instructions = 0;
  uint64_t unordered_pairs = 0;  ///< of accesses that no token orders and that share no byte
};

struct HostFigures {
  double setup_seconds = 0, data_seconds = 0, check_seconds = 0;
  double cpu_seconds = 0;  ///< of the thread that simulates, from the first cycle to the last
  double first_cycle_at = 0, last_cycle_at = 0;  ///< monotonic
  std::optional<AuditFigures> audit;             ///< where it was asked for
  std::optional<std::string> timed_as;           ///< the equal layer whose time this is
  std::optional<std::string> compared_with;      ///< the equal layer that has the same time, as audited
};

}  // namespace systole
