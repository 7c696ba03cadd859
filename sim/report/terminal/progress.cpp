#include "sim/report/terminal/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "sim/report/terminal/style.h"

namespace systole {
std::string progress_text(size_t done, size_t count, double fraction, double elapsed_seconds,
                          const std::string& current, const std::string& noun) {
  std::string text = fmt::format("{}/{} {}, {:.0f} %", done, count, noun, fraction * 100);
  if (fraction > 0) {
    const auto left = static_cast<uint64_t>(elapsed_seconds * (1 - fraction) / fraction + 0.5);
    text += fmt::format(", {}:{:02} left", left / 60, left % 60);
  }
  return text + ", " + current;
}

Progress::Progress(size_t count, uint64_t work, std::string noun)
    : enabled_(terminal_columns(STDERR_FILENO).has_value()),
      count_(count),
      work_(work),
      noun_(std::move(noun)) {}

void Progress::started(const std::string& layer) {
  current_ = layer;
  tick();
}

void Progress::finished(uint64_t work) {
  ++done_;
  work_done_ += work;
  tick();
}

void Progress::tick() {
  const auto now = Clock::now();
  if (!enabled_ || (drawn_ && now - last_drawn_ < std::chrono::milliseconds(200))) return;
  const double elapsed = std::chrono::duration<double>(now - start_).count();
  const double fraction = work_ > 0 ? static_cast<double>(work_done_) / static_cast<double>(work_) : 0;
  const std::string text = progress_text(done_, count_, fraction, elapsed, current_, noun_);
  const size_t columns = terminal_columns(STDERR_FILENO).value_or(kPlainColumns);
  std::fputs(("\r\033[K" + text.substr(0, columns - 1)).c_str(), stderr);
  std::fflush(stderr);
  drawn_ = true;
  last_drawn_ = now;
}

void Progress::clear() {
  if (!drawn_) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace systole
