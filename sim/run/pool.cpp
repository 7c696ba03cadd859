#include "sim/run/pool.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <system_error>
#include <utility>

#include "sim/process/child_process.h"
#include "sim/run/interrupt.h"
#include "sim/run/messages.h"
#include "sim/run/worker.h"

namespace systole {
namespace {

/// Equal layers together, each group where its first layer comes.
std::vector<LayerGroup> groups_of(const std::vector<PlannedLayer>& layers) {
  std::vector<LayerGroup> groups;
  std::map<size_t, size_t> group_of_first;
  for (size_t i = 0; i < layers.size(); ++i) {
    const size_t first = layers[i].equal ? layers[i].equal->number : i;
    const size_t group = group_of_first.emplace(first, groups.size()).first->second;
    if (group == groups.size()) groups.emplace_back();
    groups[group].push_back(i);
  }
  return groups;
}

/// The order in which several workers begin groups: the longest first, so that none is left alone with one at
/// the end. How long is a guess, from a MAC and a byte of DRAM as they cost the host.
std::vector<LayerGroup> longest_first(std::vector<LayerGroup> groups,
                                      const std::vector<PlannedLayer>& layers) {
  constexpr uint64_t kMacsPerByte = 100;
  const auto cost = [&](const LayerGroup& group) {
    const PlannedLayer& layer = layers[group.front()];
    return group.size() * (layer.problem.macs() + kMacsPerByte * layer.lowered.layout.total_bytes);
  };
  std::stable_sort(groups.begin(), groups.end(),
                   [&](const LayerGroup& a, const LayerGroup& b) { return cost(a) > cost(b); });
  return groups;
}

/// A counter that forked processes share.
class SharedCounter {
 public:
  SharedCounter()
      : page_(::mmap(nullptr, sizeof(Counter), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    if (page_ == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "no shared memory");
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

[[noreturn]] void fail(const PlannedLayer& layer, const std::string& what) {
  throw InternalError(fmt::format("{}: {}", described(layer), what));
}

[[noreturn]] void fail(const std::vector<PlannedLayer>& layers, const LayerFailure& failure) {
  if (failure.is_users) throw UserError(failure.what);
  fail(layers[failure.layer], failure.what);
}

/// The worker's life in a process of its own, which tells its parent over `pipe`:
///     {"started": i}
///     {"finished": i, "results": {...}, "host": {...}, "failure": "...", "shown": "..."}
///     {"failed": i, "users": true|false, "what": "..."}       and nothing after it
void work_for_parent(const RunOptions& options, std::vector<PlannedLayer>& layers,
                     const std::vector<LayerGroup>& groups, std::atomic<size_t>& next, int pipe) {
  WorkerEvents events;
  events.started = [pipe](size_t i) { return send_line(pipe, {{"started", i}}); };
  events.finished = [pipe](size_t i, LayerReport report) {
    send_line(pipe, {{"finished", i},
                     {"results", std::move(report.results)},
                     {"host", std::move(report.host)},
                     {"failure", report.failure},
                     {"shown", report.shown}});
  };
  events.failed = [pipe](const LayerFailure& failure) {
    send_line(pipe, {{"failed", failure.layer}, {"users", failure.is_users}, {"what", failure.what}});
  };
  events.tick = [] {};
  const auto take = [&]() -> const LayerGroup* {
    const size_t at = next.fetch_add(1);
    return at < groups.size() ? &groups[at] : nullptr;
  };
  work(options, layers, take, events);
}

/// One forked worker, and the layers it has begun and not reported.
struct Process {
  std::unique_ptr<ChildProcess> child;
  std::string unread = {};
  std::vector<size_t> open_layers = {};
};

class Pool {
 public:
  Pool(const RunOptions& options, std::vector<PlannedLayer>& layers, std::vector<LayerGroup> groups,
       size_t workers, const PoolEvents& events)
      : options_(options),
        layers_(layers),
        groups_(std::move(groups)),
        events_(events),
        reports_(layers.size()) {
    for (size_t i = 0; i < workers; ++i) start();
  }

  std::vector<LayerReport> run() {
    const auto is_at_work = [](const Process& process) { return !process.child->has_ended(); };
    while (std::any_of(processes_.begin(), processes_.end(), is_at_work)) {
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
    processes_.push_back({std::make_unique<ChildProcess>([this](int pipe) {
      work_for_parent(options_, layers_, groups_, next_.value(), pipe);
      return 0;
    })});
  }

  void wait_for_messages() {
    std::vector<const ChildProcess*> children;
    for (const Process& process : processes_) children.push_back(process.child.get());
    const std::vector<bool> readable = wait_for_any(children);
    for (size_t i = 0; i < processes_.size(); ++i) {
      if (!readable[i]) continue;
      Process& process = processes_[i];
      const bool more = process.child->read(process.unread);
      for (auto& message : take_lines(process.unread)) handle(process, message);
      if (!more) check_end(process, process.child->wait());
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
      fail(layers_, {message["failed"].get<size_t>(), message["users"].get<bool>(),
                     message["what"].get<std::string>()});
    }
  }

  void check_end(const Process& process, int status) const {
    if (process.open_layers.empty() && status == 0) return;
    const PlannedLayer& layer = layers_[process.open_layers.empty() ? 0 : process.open_layers.back()];
    if (WIFSIGNALED(status)) {
      fail(layer, fmt::format("the simulation was ended by signal {} ({})", WTERMSIG(status),
                              ::strsignal(WTERMSIG(status))));
    }
    fail(layer, fmt::format("the simulation ended early with status {}", WEXITSTATUS(status)));
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

std::vector<LayerReport> simulate_in_this_process(const RunOptions& options,
                                                  std::vector<PlannedLayer>& layers,
                                                  const std::vector<LayerGroup>& groups,
                                                  const PoolEvents& events) {
  std::vector<LayerReport> reports(layers.size());
  std::optional<LayerFailure> failed;
  WorkerEvents own;
  own.started = [&](size_t i) {
    events.started(i);
    return true;
  };
  own.finished = [&](size_t i, LayerReport report) {
    reports[i] = std::move(report);
    events.finished(i);
  };
  own.failed = [&](LayerFailure failure) {
    if (!failed) failed = std::move(failure);
  };
  own.tick = [&] {
    throw_if_interrupted();
    events.tick();
  };
  work(
      options, layers, [&, at = groups.begin()]() mutable { return at == groups.end() ? nullptr : &*at++; },
      own);
  if (failed) fail(layers, *failed);
  return reports;
}

}  // namespace

std::vector<LayerReport> simulate_layers(const RunOptions& options, std::vector<PlannedLayer>& layers,
                                         const PoolEvents& events) {
  std::vector<LayerGroup> groups = groups_of(layers);
  const size_t workers = std::min<size_t>(options.jobs, groups.size());
  if (options.is_alone && workers == 1) return simulate_in_this_process(options, layers, groups, events);
  if (workers > 1) groups = longest_first(std::move(groups), layers);
  return Pool(options, layers, std::move(groups), workers, events).run();
}

}  // namespace systole
