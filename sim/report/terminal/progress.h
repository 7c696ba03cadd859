#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace systole {

/// One line on stderr that rewrites itself: layers (or the like) done, share of the work, time left. Silent
/// where stderr is no terminal.
class Progress {
 public:
  /// `noun`: what is counted, "layers" or the like.
  Progress(size_t count, uint64_t work, std::string noun = "layers");
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
  size_t count_, done_ = 0;
  uint64_t work_, work_done_ = 0;
  std::string noun_;
  std::string current_;
  Clock::time_point start_ = Clock::now(), last_drawn_{};
};

/// "12/54 layers, 34 %, 0:42 left, conv3_2"; no time left before a layer is done.
std::string progress_text(size_t done, size_t count, double fraction, double elapsed_seconds,
                          const std::string& current, const std::string& noun = "layers");

}  // namespace systole
