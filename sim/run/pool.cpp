#include "sim/run/pool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <map>
#include <new>
#include <system_error>
#include <utility>

#include "sim/run/interrupt.h"
#include "sim/run/messages.h"
#include "sim/run/worker.h"

namespace systole {
namespace {

constexpr int kTickMilliseconds = 100;

/// Equal layers together, in the order in which they are begun: with several workers the longest first, so
/// that none is left alone with one at the end. How long is a guess, from a MAC and a byte of DRAM as they
/// cost the host.
std::vector<LayerGroup> groups_of(const std::vector<PlannedLayer>& layers, unsigned jobs) {
  constexpr uint64_t kMacsPerByte = 100;
  std::vector<LayerGroup> groups;
  std::map<size_t, size_t> group_of_first;
  for (size_t i = 0; i < layers.size(); ++i) {
    const size_t first = layers[i].equal ? layers[i].equal->number : i;
    const size_t group = group_of_first.emplace(first, groups.size()).first->second;
    if (group == groups.size()) groups.emplace_back();
    groups[group].push_back(i);
  }
  if (jobs == 1) return groups;
  const auto cost = [&](const LayerGroup& group) {
    const PlannedLayer& layer = layers[group.front()];
    return group.size() * (layer.problem.macs() + kMacsPerByte * layer.lowered.layout.total_bytes);
  };
  std::stable_sort(groups.begin(), groups.end(),
                   [&](const LayerGroup& a, const LayerGroup& b) { return cost(a) > cost(b); });
  return groups;
}

/// What the system refuses, for the reason in errno.
[[noreturn]] void fail_system(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// A counter that forked processes share.
class SharedCounter {
 public:
  SharedCounter()
      : page_(::mmap(nullptr, sizeof(Counter), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    if (page_ == MAP_FAILED) fail_system("no shared memory");
    new (page_) Counter(0);
  }
  ~SharedCounter() { ::munmap(page_, sizeof(Counter)); }
  SharedCounter(const SharedCounter&) = delete;
  SharedCounter& operator=(const SharedCounter&) = delete;
  std::atomic<size_t>& value() { return *static_cast<Counter*>(page_); }

 private:
  using Counter = std::atomic<size_t>;
  static_assert(Counter::is_always_lock_free);
  void* page_;
};

/// One forked worker: its pipe's reading end, and the layers it has begun and not reported.
struct Process {
  pid_t pid = -1;
  int pipe = -1;
  LineReader reader;
  std::vector<size_t> open_layers;
};

class Pool {
 public:
  Pool(const RunOptions& options, std::vector<PlannedLayer>& layers, const PoolEvents& events)
      : options_(options),
        layers_(layers),
        groups_(groups_of(layers, options.jobs)),
        events_(events),
        reports_(layers.size()) {}
  ~Pool() {
    for (Process& process : processes_) {
      if (process.pid > 0) ::kill(process.pid, SIGKILL);
    }
    for (Process& process : processes_) end(process);
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  std::vector<LayerReport> run() {
    const size_t count = std::min<size_t>(options_.jobs, groups_.size());
    for (size_t i = 0; i < count; ++i) start();
    while (std::any_of(processes_.begin(), processes_.end(), [](const Process& p) { return p.pipe >= 0; })) {
      wait_for_messages();
      throw_if_interrupted();
      events_.tick();
    }
    if (reported_ != layers_.size())
      throw InternalError("the workers ended before all layers were simulated");
    return std::move(reports_);
  }

 private:
  void start() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) fail_system("no pipe");
    std::fflush(nullptr);
    const pid_t pid = ::fork();
    const int error = errno;
    if (pid == 0) {
      leave_interrupts_to_parent();
      ::close(ends[0]);
      work(options_, layers_, groups_, next_.value(), ends[1]);
      ::_exit(0);  // the parent's objects are not this process's to destroy
    }
    ::close(ends[1]);
    if (pid < 0) {
      ::close(ends[0]);
      errno = error;
      fail_system("no process");
    }
    processes_.push_back({pid, ends[0], {}, {}});
  }

  void wait_for_messages() {
    std::vector<pollfd> waits;
    for (const Process& process : processes_) waits.push_back({process.pipe, POLLIN, 0});
    if (::poll(waits.data(), waits.size(), kTickMilliseconds) <= 0) return;
    for (size_t i = 0; i < processes_.size(); ++i) {
      if (waits[i].revents == 0) continue;
      Process& process = processes_[i];
      const bool more = process.reader.read_some(process.pipe);
      for (auto& message : process.reader.take()) handle(process, message);
      if (!more) check_end(process, end(process));
    }
  }

  void handle(Process& process, nlohmann::ordered_json& message) {
    if (message.contains("started")) {
      process.open_layers.push_back(message["started"].get<size_t>());
      events_.started(process.open_layers.back());
    } else if (message.contains("finished")) {
      const auto layer = message["finished"].get<size_t>();
      auto& open = process.open_layers;
      open.erase(std::remove(open.begin(), open.end(), layer), open.end());
      reports_[layer] = {std::move(message["results"]), std::move(message["host"]),
                         message["failure"].get<std::string>(), message["shown"].get<std::string>()};
      ++reported_;
      events_.finished(layer);
    } else {
      const auto what = message["what"].get<std::string>();
      if (message["code"] == 2) throw UserError(what);
      fail(message["failed"].get<size_t>(), what);
    }
  }

  /// Closes the pipe and waits for the process; its status.
  int end(Process& process) {
    if (process.pipe >= 0) ::close(process.pipe);
    process.pipe = -1;
    int status = 0;
    if (process.pid > 0) {
      while (::waitpid(process.pid, &status, 0) < 0 && errno == EINTR) {
      }
    }
    process.pid = -1;
    return status;
  }

  void check_end(const Process& process, int status) const {
    if (process.open_layers.empty() && status == 0) return;
    const size_t layer = process.open_layers.empty() ? 0 : process.open_layers.back();
    if (WIFSIGNALED(status)) {
      fail(layer, fmt::format("the simulation was ended by signal {} ({})", WTERMSIG(status),
                              ::strsignal(WTERMSIG(status))));
    }
    fail(layer, fmt::format("the simulation ended early with status {}", WEXITSTATUS(status)));
  }

  [[noreturn]] void fail(size_t layer, const std::string& what) const {
    throw InternalError(fmt::format("{}: {}", described(layers_[layer]), what));
  }

  const RunOptions& options_;
  std::vector<PlannedLayer>& layers_;
  const std::vector<LayerGroup> groups_;
  const PoolEvents& events_;
  SharedCounter next_;
  std::vector<Process> processes_;
  std::vector<LayerReport> reports_;
  size_t reported_ = 0;
};

}  // namespace

std::vector<LayerReport> simulate_in_workers(const RunOptions& options, std::vector<PlannedLayer>& layers,
                                             const PoolEvents& events) {
  return Pool(options, layers, events).run();
}

}  // namespace systole
