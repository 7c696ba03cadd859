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
#include "sim/run/interrupt.h"

namespace systole {
namespace {

constexpr std::chrono::milliseconds kTick{100};

/// A program that ends early when its run is interrupted.
class InterruptedProgram : public InstructionSource {
 public:
  InterruptedProgram(std::unique_ptr<InstructionSource> program, std::function<void()> tick)
      : program_(std::move(program)), tick_(std::move(tick)) {}

  bool next(Instruction& instruction) override {
    try {
      tick_();
    } catch (const Interrupted&) {
      return false;  // the kernel lets nothing through that is thrown
    }
    return program_->next(instruction);
  }

 private:
  std::unique_ptr<InstructionSource> program_;
  std::function<void()> tick_;
};

class Worker {
 public:
  Worker(const RunOptions& options, std::vector<PlannedLayer>& layers, const WorkerEvents& events)
      : options_(options), layers_(layers), events_(events) {}

  void run(const std::function<const size_t*()>& next) {
    const size_t* at = next();
    while (at != nullptr) {
      const size_t i = *at;
      if (!started(i)) return;
      SimulatedLayer simulated;
      const bool done = guarded(i, [&] { simulated = simulate(i); });
      if (!done || !reported()) break;
      at = next();
      if (at == nullptr) {
        guarded(i, [&] { finish(i, std::move(simulated)); });
        return;
      }
      report_ = std::async(std::launch::async, [this, i, layer = std::move(simulated)]() mutable {
        return guarded(i, [&] { finish(i, std::move(layer)); });
      });
    }
    reported();
  }

 private:
  SimulatedLayer simulate(size_t i) {
    if (!machine_) machine_.emplace(options_.arch.params, options_.stepping);
    std::unique_ptr<InstructionSource>& program = layers_[i].lowered.program;
    program = std::make_unique<InterruptedProgram>(std::move(program), [this] { tick(); });
    SimulatedLayer layer;
    try {
      layer = simulate_layer(*machine_, layers_[i], options_);
    } catch (...) {
      tick();  // an interrupt may be why
      throw;
    }
    tick();
    return layer;
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
          const std::function<const size_t*()>& next, const WorkerEvents& events) {
  keep_freed_memory();
  Worker(options, layers, events).run(next);
}

}  // namespace systole
