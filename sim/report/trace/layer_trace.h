#pragma once
#include <memory>

#include "models/accelerator_params.h"
#include "models/kernel/observer.h"
#include "sim/energy/price.h"
#include "sim/report/trace/trace_options.h"

namespace systole {

/// Watches the machine through one layer, and writes the layer's part of the trace.
class LayerTrace : public MachineObserver {
 public:
  /// The sequencer has pulled the next instruction.
  virtual void pulled(const Instruction& instruction) = 0;
  /// The layer is over; `energy` was priced from `stats`. Throws UserError.
  virtual void finish(const MachineStats& stats, const EnergyBreakdown& energy) = 0;
};

/// A program, watched as it is pulled.
class WatchedProgram : public InstructionSource {
 public:
  WatchedProgram(InstructionSource& program, LayerTrace& trace) : program_(program), trace_(trace) {}
  bool next(Instruction& instruction) override {
    if (!program_.next(instruction)) return false;
    trace_.pulled(instruction);
    return true;
  }

 private:
  InstructionSource& program_;
  LayerTrace& trace_;
};

/// For the `layer`-th of a run's simulations.
std::unique_ptr<LayerTrace> make_layer_trace(const TraceOptions& options, const AcceleratorParams& arch,
                                             std::size_t layer);

}  // namespace systole
