#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace systole {

/// One line on stderr that rewrites itself: layers done, share of the work, time left. Silent where stderr is
/// no terminal.
class Progress {
 public:
  Progress(size_t layers, uint64_t work);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void started(const std::string& layer);
  void finished(uint64_t work);
  /// Redraws, at most five times a second.
  void tick();
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  std::string line() const;

  bool enabled_ = false, drawn_ = false;
  size_t layers_, layers_done_ = 0;
  uint64_t work_, work_done_ = 0;
  std::string current_;
  Clock::time_point start_ = Clock::now(), last_drawn_{};
};

/// "12/54 layers, 34 %, 0:42 left, conv3_2"; no time left before a layer is done.
std::string progress_text(size_t done, size_t layers, double fraction, double elapsed_seconds,
                          const std::string& layer);

}  // namespace systole
