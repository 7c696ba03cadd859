#include "sim/run/worker.h"

#include <malloc.h>

#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <utility>

#include "sim/config/config.h"
#include "sim/run/equal_layers.h"
#include "sim/run/interrupt.h"

namespace systole {
namespace {

constexpr std::chrono::milliseconds kTick{100};

class Worker {
 public:
  Worker(const RunOptions& options, std::vector<PlannedLayer>& layers, const WorkerEvents& events)
      : options_(options), layers_(layers), events_(events) {}

  void run(const std::function<const LayerGroup*()>& next) {
    for (const LayerGroup* group = next(); group != nullptr;) {
      const LayerGroup& present = *group;
      for (size_t at = 0; at < present.size(); ++at) {
        const size_t i = present[at];
        if (!started(i)) return;
        SimulatedLayer simulated;
        if (!guarded(i, [&] { simulated = simulate(i); }) || !reported()) return;
        if (at + 1 == present.size()) group = next();
        if (group == nullptr) {
          guarded(i, [&] { finish(i, std::move(simulated)); });
          return;
        }
        report_ = std::async(std::launch::async, [this, i, layer = std::move(simulated)]() mutable {
          return guarded(i, [&] { finish(i, std::move(layer)); });
        });
      }
    }
    reported();
  }

 private:
  SimulatedLayer simulate(size_t i) {
    if (!machine_) machine_.emplace(options_.arch.params, options_.stepping);
    SimulatedLayer layer;
    try {
      layer = on_machine(layers_[i]);
    } catch (...) {
      tick();  // an interrupt may be why
      throw;
    }
    tick();
    return layer;
  }

  /// Of equal layers, which come one after the other, the first alone is timed; an audit times them all.
  SimulatedLayer on_machine(const PlannedLayer& planned) {
    const auto interrupt = [this] { tick(); };
    if (planned.equal && !options_.audit)
      return simulate_layer(*machine_, planned, options_, &timed_, interrupt);
    SimulatedLayer simulated = simulate_layer(*machine_, planned, options_, nullptr, interrupt);
    if (!planned.equal) {
      timed_ = simulated.stats;
    } else {
      compare_equal(planned, simulated.stats, layers_[planned.equal->number], timed_);
      simulated.host.compared_with = planned.equal->name;
    }
    return simulated;
  }

  void tick() {
    const std::lock_guard lock(telling_);
    events_.tick();
  }

  /// Whether the layer before, if any, is checked and has not failed.
  bool reported() {
    if (!report_.valid()) return true;
    while (report_.wait_for(kTick) == std::future_status::timeout) tick();
    return report_.get();
  }

  bool started(size_t i) {
    const std::lock_guard lock(telling_);
    return events_.started(i);
  }

  void finish(size_t i, SimulatedLayer simulated) {
    LayerReport report = report_layer(std::move(simulated), layers_[i], options_);
    const std::lock_guard lock(telling_);
    events_.finished(i, std::move(report));
  }

  void fail(size_t i, bool is_users, const std::string& what) {
    const std::lock_guard lock(telling_);
    events_.failed({i, is_users, what});
  }

  /// False after a failure, which has been told.
  template <class Step>
  bool guarded(size_t i, const Step& step) {
    try {
      step();
      return true;
    } catch (const Interrupted&) {
      throw;
    } catch (const UserError& error) {
      fail(i, true, error.what());
    } catch (const std::bad_alloc&) {
      fail(i, true, described(layers_[i]) + ": error: out of memory");
    } catch (const std::exception& error) {
      fail(i, false, error.what());
    }
    return false;
  }

  const RunOptions& options_;
  std::vector<PlannedLayer>& layers_;
  const WorkerEvents& events_;
  std::optional<Accelerator> machine_;
  MachineStats timed_;  ///< of the last layer that has no equal before it
  std::future<bool> report_;
  std::mutex telling_;
};

/// Layers come with tensors of many MiB each: memory that is given back to the system after one is asked of
/// it again, page by page, for the next.
void keep_freed_memory() {
  constexpr int kBytes = 1 << 30;
  ::mallopt(M_MMAP_THRESHOLD, kBytes);
  ::mallopt(M_TRIM_THRESHOLD, kBytes);
}

}  // namespace

void work(const RunOptions& options, std::vector<PlannedLayer>& layers,
          const std::function<const LayerGroup*()>& next, const WorkerEvents& events) {
  keep_freed_memory();
  Worker(options, layers, events).run(next);
}

}  // namespace systole
