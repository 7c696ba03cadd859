#include "sim/run/worker.h"

#include <malloc.h>

#include <future>
#include <mutex>
#include <optional>
#include <utility>

#include "sim/run/messages.h"
#include "sim/run/simulate_layer.h"

namespace systole {
namespace {

class Worker {
 public:
  Worker(const RunOptions& options, std::vector<PlannedLayer>& layers, int descriptor)
      : options_(options), layers_(layers), descriptor_(descriptor) {}

  void run(const std::vector<size_t>& order, std::atomic<size_t>& next) {
    std::optional<Accelerator> machine;
    std::future<bool> report;
    const auto reported = [&report] { return !report.valid() || report.get(); };
    for (size_t at; (at = next.fetch_add(1)) < order.size();) {
      const size_t i = order[at];
      if (!send({{"started", i}})) return;
      SimulatedLayer simulated;
      const bool done = guarded(i, [&] {
        if (!machine) machine.emplace(options_.arch.params, options_.stepping);
        simulated = simulate_layer(*machine, layers_[i], options_);
      });
      if (!done || !reported()) break;
      report = std::async(std::launch::async, [this, i, layer = std::move(simulated)]() mutable {
        return guarded(i, [&] { finish(i, std::move(layer)); });
      });
    }
    reported();
  }

 private:
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
};

/// Layers come with tensors of many MiB each: memory that is given back to the system after one is asked of
/// it again, page by page, for the next.
void keep_freed_memory() {
  constexpr int kBytes = 1 << 30;
  ::mallopt(M_MMAP_THRESHOLD, kBytes);
  ::mallopt(M_TRIM_THRESHOLD, kBytes);
}

}  // namespace

void work(const RunOptions& options, std::vector<PlannedLayer>& layers, const std::vector<size_t>& order,
          std::atomic<size_t>& next, int descriptor) {
  keep_freed_memory();
  Worker(options, layers, descriptor).run(order, next);
}

}  // namespace systole
