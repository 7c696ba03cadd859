#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace systole {

/// Calls `worker(task)` for each task, in `threads` threads, this one included, that take the next until none
/// is left, each with a copy of `worker`. What it throws must not leave it.
template <class Worker>
void share(uint64_t tasks, unsigned threads, const Worker& worker) {
  std::atomic<uint64_t> next{0};
  const auto work = [&] {
    Worker own = worker;
    for (uint64_t task = next++; task < tasks; task = next++) own(task);
  };
  std::vector<std::thread> helpers;
  for (uint64_t i = 1; i < std::min<uint64_t>(threads, tasks); ++i) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
}

}  // namespace systole
