#pragma once
#include <spdlog/spdlog.h>

#include <memory>
#include <string>

#include "models/kernel/time.h"

namespace systole {

/// A component's logger, named by its instance path, every line with its cycle. SPDLOG_LEVEL sets levels by
/// name: SPDLOG_LEVEL=debug for all, SPDLOG_LEVEL=compute_core=debug for one. Per instruction at most, never
/// per cycle.
class ComponentLog {
 public:
  explicit ComponentLog(const std::string& name) : logger_(spdlog::get(name)) {
    if (logger_ != nullptr) return;
    logger_ = spdlog::default_logger()->clone(name);
    spdlog::initialize_logger(logger_);
  }

  template <class... Arguments>
  void debug(Cycle now, fmt::format_string<Arguments...> format, Arguments&&... arguments) const {
    if (!logger_->should_log(spdlog::level::debug)) return;
    logger_->debug("cycle {}: {}", now, fmt::format(format, std::forward<Arguments>(arguments)...));
  }

 private:
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace systole
