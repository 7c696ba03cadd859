#include "sim/run/simulate_layer.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/program/happens_before.h"
#include "sim/reference/check.h"
#include "sim/reference/staged.h"
#include "sim/report/invariants.h"
#include "sim/report/layer_result.h"
#include "sim/report/terminal/array_text.h"
#include "sim/run/dump.h"
#include "sim/run/host_json.h"
#include "sim/run/interrupted_program.h"
#include "sim/run/layer_arrays.h"

namespace systole {
namespace {

/// Whether anyone looks at a layer's numbers when it has been simulated.
bool keeps_numbers(const RunOptions& options) {
  return options.values == Values::computed && (options.check || options.dump || options.show);
}

void draw_tensors(Accelerator& machine, const PlannedLayer& planned, const RunOptions& options,
                  SimulatedLayer& layer) {
  const WallTimer timer;
  const DramLayout& layout = planned.lowered.layout;
  uint8_t* dram = machine.dram_bytes();
  const TensorPlaces places{dram + layout.input, dram + layout.weight, dram + layout.bias,
                            dram + layout.input_exponents, dram + layout.weight_exponents};
  put_tensors(planned.layer, planned.problem, options.seed, places);
  if (keeps_numbers(options)) {
    const Problem& p = planned.problem;
    layer.data.input.assign(places.input, places.input + p.input_bytes());
    layer.data.weight.assign(places.weight, places.weight + p.weight_bytes());
    layer.data.bias.assign(places.bias, places.bias + p.bias_bytes());
    layer.data.input_exponents.assign(places.input_exponents,
                                      places.input_exponents + p.input_exponent_bytes);
    layer.data.weight_exponents.assign(places.weight_exponents,
                                       places.weight_exponents + p.weight_exponent_bytes);
  }
  layer.host.data_seconds = timer.seconds();
}

/// What a program finds in the memories beside the layer's tensors.
void prepare(Accelerator& machine, const PlannedLayer& planned) {
  const DramLayout& layout = planned.lowered.layout;
  uint8_t* dram = machine.dram_bytes();
  for (const Constant& constant : planned.lowered.constants) {
    std::copy(constant.bytes.begin(), constant.bytes.end(), dram + constant.base);
  }
  if (planned.lowered.prepared > 0) {
    std::vector<uint8_t> image(dram, dram + layout.total_bytes);
    run_stages(planned.lowered.stages, 0, planned.lowered.prepared, image, 1);
    std::copy(image.begin(), image.end(), dram);
  }
  for (const Move& move : planned.lowered.host_copies.preload) machine.host_copy(move);
}

std::vector<uint8_t> read_back(Accelerator& machine, const PlannedLayer& planned) {
  const DramLayout& layout = planned.lowered.layout;
  for (const Move& move : planned.lowered.host_copies.readback) machine.host_copy(move);
  const uint8_t* output = machine.dram_bytes() + layout.output;
  return {output, output + planned.problem.output_elements() * planned.problem.output_bytes()};
}

MachineStats run_program(Accelerator& machine, InstructionSource& program, LayerTrace* trace) {
  if (trace == nullptr) return machine.run(program);
  WatchedProgram watched(program, *trace);
  machine.observe(trace);
  const MachineStats stats = machine.run(watched);
  machine.observe(nullptr);
  return stats;
}

MachineStats run_proven(Accelerator& machine, InstructionSource& program, LayerTrace* trace,
                        HostFigures& host) {
  ProvenProgram proven(program);
  const MachineStats stats = run_program(machine, proven, trace);
  host.audit = {proven.order().instructions(), proven.order().unordered_pairs()};
  return stats;
}

/// Integers are exact: what the check found against the second reference is all there is.
Fp64Error fp64_error_of(const Problem& problem, const SimulatedLayer& simulated, const CheckResult& check) {
  if (problem.formats.is_float()) return fp64_error(problem, simulated.data, simulated.output);
  return {check.max_abs_error, problem.output_elements()};
}

/// Writes the layer's arrays where that is asked for, and returns their text where that is.
std::string tell_arrays(const PlannedLayer& planned, const SimulatedLayer& simulated,
                        const RunOptions& options) {
  if (!options.dump && !options.show) return "";
  const std::vector<NamedArray> arrays = arrays_of(planned, simulated);
  if (options.dump) dump_arrays(*options.dump, planned, arrays);
  std::string text;
  if (options.show) {
    text = fmt::format("{} by {}\n", planned.layer.name, planned.algorithm->name);
    for (const NamedArray& array : arrays) text += array_text(array);
  }
  return text;
}

}  // namespace

SimulatedLayer simulate_layer(Accelerator& machine, const PlannedLayer& planned, const RunOptions& options,
                              const MachineStats* timed, const std::function<void()>& tick) {
  const AcceleratorParams& arch = options.arch.params;
  const bool values = options.values == Values::computed;
  SimulatedLayer layer;
  const WallTimer setup_timer;
  machine.reset(planned.lowered.layout.total_bytes, options.values);
  if (values) {
    draw_tensors(machine, planned, options, layer);
    prepare(machine, planned);
  }
  if (options.tamper) options.tamper(machine);
  layer.host.setup_seconds = planned.setup_seconds + setup_timer.seconds() - layer.host.data_seconds;

  if (options.trace) layer.trace = make_layer_trace(*options.trace, arch, planned.number);
  layer.host.first_cycle_at = monotonic_seconds();
  const double cpu_before = thread_cpu_seconds();
  std::unique_ptr<InstructionSource> program = planned.lowered.program();
  if (tick) program = std::make_unique<InterruptedProgram>(std::move(program), tick);
  if (timed != nullptr) {
    if (values) machine.execute(*program);
    layer.stats = *timed;
    layer.host.timed_as = planned.equal.value().name;
  } else {
    layer.stats = options.audit ? run_proven(machine, *program, layer.trace.get(), layer.host)
                                : run_program(machine, *program, layer.trace.get());
  }
  layer.host.cpu_seconds = thread_cpu_seconds() - cpu_before;
  layer.host.last_cycle_at = monotonic_seconds();

  if (keeps_numbers(options)) layer.output = read_back(machine, planned);
  return layer;
}

LayerReport report_layer(SimulatedLayer simulated, const PlannedLayer& planned, const RunOptions& options) {
  const AcceleratorParams& arch = options.arch.params;
  const std::array<uint64_t, kBufferCount> buffers = {arch.buffers[0].size, arch.buffers[1].size,
                                                      arch.buffers[2].size};
  const Layer& layer = planned.layer;
  LayerResult result{layer,
                     planned.algorithm->name,
                     planned.dataflow,
                     inner_formats(planned.lowered, planned.layer.formats()),
                     planned.problem.macs(),
                     planned.lowered.workspace_bytes,
                     simulated.stats,
                     {},
                     {},
                     {},
                     {}};
  result.mapping = planned.mapping;
  result.bounds = planned.lowered.bounds;
  result.energy = price(simulated.stats, options.energy, result.inner.products, buffers,
                        dram_prices(options.arch.dram_energy, arch.dram));
  const std::string broken =
      broken_invariant(simulated.stats, planned.lowered.planned_macs, result.energy, result.bounds);
  if (!broken.empty()) throw MachineError("invariant broken: " + broken);

  if (simulated.trace) simulated.trace->finish(result.stats, result.energy);

  if (options.check) {
    const WallTimer timer;
    const LoweredLayer& lowered = planned.lowered;
    DramLayout image = lowered.layout;
    image.total_bytes = std::max(image.total_bytes, lowered.reference_bytes);
    result.check =
        check_layer(layer, {lowered.order, lowered.stages, image}, simulated.data, simulated.output);
    if (options.fp64 || layer.has_choice())
      result.fp64 = fp64_error_of(planned.problem, simulated, result.check);
    simulated.host.check_seconds = timer.seconds();
  }
  const MachineRates rates = rates_of(arch, options.energy.unit);
  return {to_json(result, rates),
          host_entry(layer.name, planned.algorithm->name, result.stats, simulated.host), result.check.reason,
          tell_arrays(planned, simulated, options)};
}

}  // namespace systole
