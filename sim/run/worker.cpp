#include "sim/run/worker.h"

#include <malloc.h>

#include <future>
#include <mutex>
#include <optional>
#include <utility>

#include "sim/run/equal_layers.h"
#include "sim/run/messages.h"
#include "sim/run/simulate_layer.h"

namespace systole {
namespace {

class Worker {
 public:
  Worker(const RunOptions& options, std::vector<PlannedLayer>& layers, int descriptor)
      : options_(options), layers_(layers), descriptor_(descriptor) {}

  void run(const std::vector<LayerGroup>& groups, std::atomic<size_t>& next) {
    bool good = true;
    for (size_t at; good && (at = next.fetch_add(1)) < groups.size();) {
      for (auto i = groups[at].begin(); good && i != groups[at].end(); ++i) good = simulate(*i);
    }
    reported();
  }

 private:
  /// False when nothing is left to do for this worker.
  bool simulate(size_t i) {
    if (!send({{"started", i}})) return false;
    SimulatedLayer simulated;
    if (!guarded(i, [&] { simulated = on_machine(layers_[i]); }) || !reported()) return false;
    report_ = std::async(std::launch::async, [this, i, layer = std::move(simulated)]() mutable {
      return guarded(i, [&] { finish(i, std::move(layer)); });
    });
    return true;
  }

  /// Of equal layers, which come one after the other, the first alone is timed; an audit times them all.
  SimulatedLayer on_machine(const PlannedLayer& planned) {
    if (!machine_) machine_.emplace(options_.arch.params, options_.stepping);
    if (planned.equal && !options_.audit) return simulate_layer(*machine_, planned, options_, &timed_);
    SimulatedLayer simulated = simulate_layer(*machine_, planned, options_);
    if (!planned.equal) {
      timed_ = simulated.stats;
    } else {
      compare_equal(planned, simulated.stats, layers_[planned.equal->number], timed_);
      simulated.host.compared_with = planned.equal->name;
    }
    return simulated;
  }

  /// Waits for the report under way; false if it failed.
  bool reported() { return !report_.valid() || report_.get(); }

  bool send(const nlohmann::ordered_json& message) {
    const std::lock_guard lock(sending_);
    return send_line(descriptor_, message);
  }

  void finish(size_t i, SimulatedLayer simulated) {
    LayerReport report = report_layer(std::move(simulated), layers_[i], options_);
    send({{"finished", i},
          {"results", std::move(report.results)},
          {"host", std::move(report.host)},
          {"failure", report.failure},
          {"shown", report.shown}});
  }

  /// False after a failure, which has been told to the parent.
  template <class Step>
  bool guarded(size_t i, const Step& step) {
    try {
      step();
      return true;
    } catch (const UserError& error) {
      send({{"failed", i}, {"code", 2}, {"what", error.what()}});
    } catch (const std::bad_alloc&) {
      send({{"failed", i}, {"code", 2}, {"what", described(layers_[i]) + ": error: out of memory"}});
    } catch (const std::exception& error) {
      send({{"failed", i}, {"code", 1}, {"what", error.what()}});
    }
    return false;
  }

  const RunOptions& options_;
  std::vector<PlannedLayer>& layers_;
  const int descriptor_;
  std::mutex sending_;
  std::optional<Accelerator> machine_;
  MachineStats timed_;  ///< of the last layer that has no equal before it
  std::future<bool> report_;
};

/// Layers come with tensors of many MiB each: memory that is given back to the system after one is asked of
/// it again, page by page, for the next.
void keep_freed_memory() {
  constexpr int kBytes = 1 << 30;
  ::mallopt(M_MMAP_THRESHOLD, kBytes);
  ::mallopt(M_TRIM_THRESHOLD, kBytes);
}

}  // namespace

void work(const RunOptions& options, std::vector<PlannedLayer>& layers, const std::vector<LayerGroup>& groups,
          std::atomic<size_t>& next, int descriptor) {
  keep_freed_memory();
  Worker(options, layers, descriptor).run(groups, next);
}

}  // namespace systole
