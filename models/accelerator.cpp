#include "models/accelerator.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <systemc>

#include "models/compute/block/block_core.h"
#include "models/compute/exact/exact_core.h"
#include "models/control/direct_port.h"
#include "models/control/load_engine.h"
#include "models/control/sequencer.h"
#include "models/control/store_engine.h"
#include "models/control/tlm_port.h"
#include "models/functional/transfer.h"
#include "models/memory/dram/dram_socket.h"
#include "models/vector/vector_unit.h"

namespace systole {
namespace {

/// Who goes first where units compete for a bank in the same cycle.
enum Rank { kComputeRank, kVectorRank, kLoadRank, kStoreRank, kSequencerRank, kRankCount };

}  // namespace

/// All modules. Their ranks, not the order they are built in, decide who goes first.
struct Accelerator::Parts {
  Parts(const AcceleratorParams& p, Stepping stepping, BuildOrder order)
      : image(p.buffers),
        executor(p, image),
        timed_image(stepping == Stepping::exact ? &image : nullptr),
        core_clock("core_clock", p.clock_khz),
        dram_clock("dram_clock", p.dram.clock_khz),
        tokens(core_clock),
        input("input_buffer", p.buffers[0]),
        weight("weight_buffer", p.buffers[1]),
        output("output_buffer", p.buffers[2]),
        buffers{&input, &weight, &output},
        dram(p.dram, dram_clock) {
    // Ports enrol with the DRAM in this order, whatever the order that units are built in.
    DmaEngine::Ports load_ports = make_ports("load_port", p.dma),
                     store_ports = make_ports("store_port", p.dma);
    std::array<std::function<void()>, kUnitCount + 1> builders = {
        [&] {
          build(load, kLoadRank, "load_engine", p.dma, p.dram.burst_bytes, std::move(load_ports), buffers,
                tokens, accesses, timed_image);
        },
        [&] {
          build(store, kStoreRank, "store_engine", p.dma, p.dram.burst_bytes, std::move(store_ports), buffers,
                tokens, accesses, timed_image);
        },
        [&] {
          const ComputeParts parts{p.pe_array, p.feeder, p.accumulators, buffers};
          if (timed_image == nullptr) {
            build(block, kComputeRank, "compute_core", parts, tokens, accesses);
            compute = block.get();
          } else {
            build(exact, kComputeRank, "compute_core", parts, tokens, accesses, image);
            compute = exact.get();
          }
        },
        [&] {
          build(vector, kVectorRank, "vector_unit", p.vector_unit, buffers, tokens, accesses, timed_image);
        },
        [&] { build(sequencer, kSequencerRank, "sequencer", tokens, accesses); }};
    if (order == BuildOrder::reverse) std::reverse(builders.begin(), builders.end());
    for (const auto& builder : builders) builder();
    connect();
  }

  template <class Module, class... Arguments>
  void build(std::unique_ptr<Module>& module, int rank, Arguments&&... arguments) {
    module = std::make_unique<Module>(std::forward<Arguments>(arguments)...);
    wakers[rank] = core_clock.add(*module, rank);
    tokens.wake_on_progress(wakers[rank]);
  }

  DmaEngine::Ports make_ports(const char* name, const DmaParams& params) {
    DmaEngine::Ports ports;
    for (uint32_t p = 0; p < params.ports; ++p)
      ports.push_back(make_port(p == 0 ? name : fmt::format("{}_{}", name, p).c_str(), params));
    return ports;
  }

  /// Bytes that move in simulated time go over TLM.
  std::unique_ptr<DramPort> make_port(const char* name, const DmaParams& params) {
    if (timed_image == nullptr) return std::make_unique<DirectPort>(params, core_clock, dram);
    if (!socket) socket = std::make_unique<DramSocket>("dram", dram, image.dram());
    auto port = std::make_unique<TlmPort>(name, params, core_clock);
    port->socket.bind(socket->socket);
    return port;
  }

  void connect() {
    dram_clock.run_with(core_clock);
    load->wake_on_progress(wakers[kLoadRank]);
    store->wake_on_progress(wakers[kStoreRank]);
    load->queue.bind(wakers[kSequencerRank], wakers[kLoadRank]);
    store->queue.bind(wakers[kSequencerRank], wakers[kStoreRank]);
    compute->queue.bind(wakers[kSequencerRank], wakers[kComputeRank]);
    vector->queue.bind(wakers[kSequencerRank], wakers[kVectorRank]);
    sequencer->bind({&load->queue, &store->queue, &compute->queue, &vector->queue});
  }

  bool finished() const;
  std::string who_waits() const;
  MachineStats collect();

  MemoryImage image;
  Executor executor;
  MemoryImage* timed_image;  ///< whose bytes move in simulated time; nullptr: the executor computes them
  Values values = Values::computed;
  ClockDomain core_clock, dram_clock;
  TokenBoard tokens;
  AccessOrder accesses;
  SramBuffer input, weight, output;
  Buffers buffers;
  Dram dram;
  std::unique_ptr<DramSocket> socket;  ///< where ports are TLM's
  std::unique_ptr<LoadEngine> load;
  std::unique_ptr<StoreEngine> store;
  std::unique_ptr<BlockCore> block;  ///< one of the two is
  std::unique_ptr<ExactCore> exact;
  ComputeCore* compute = nullptr;
  std::unique_ptr<VectorUnit> vector;
  std::unique_ptr<Sequencer> sequencer;
  std::array<Waker, kRankCount> wakers;
};

bool Accelerator::Parts::finished() const {
  return sequencer->done() && load->idle() && store->idle() && compute->idle() && vector->idle() &&
         dram.idle();
}

std::string Accelerator::Parts::who_waits() const {
  const auto head = [&](const char* unit, const InstructionQueue& queue) {
    if (queue.empty()) return fmt::format("{}: queue empty; ", unit);
    const int missing = tokens.first_missing(queue.front().wait, kNever - 1);
    if (missing == kEventCount) return fmt::format("{}: tokens complete; ", unit);
    return fmt::format("{}: waits for {} >= {}, has {}; ", unit, kEventNames[missing],
                       queue.front().wait.at_least[missing], tokens.total(static_cast<Event>(missing)));
  };
  return head("load", load->queue) + head("store", store->queue) + head("matmul", compute->queue) +
         head("vector", vector->queue) +
         fmt::format("program {}; still at work:{}{}{}{}{}", sequencer->done() ? "ended" : "not ended",
                     load->idle() ? "" : " load", store->idle() ? "" : " store",
                     compute->idle() ? "" : " matmul", vector->idle() ? "" : " vector",
                     dram.idle() ? "" : " dram");
}

MachineStats Accelerator::Parts::collect() {
  MachineStats stats;
  const auto& issued = sequencer->issued();
  const bool ran = std::accumulate(issued.begin(), issued.end(), uint64_t{0}) != 0;
  stats.cycles = ran ? std::max(tokens.last_signal() + 1, core_clock.first_cycle_from(dram.drained_fs())) : 0;
  stats.barriers = sequencer->barriers();
  stats.array = compute->finish(stats.cycles);
  for (int b = 0; b < kBufferCount; ++b) stats.buffers[b] = buffers[b]->stats();
  stats.load = load->finish(stats.cycles);
  stats.store = store->finish(stats.cycles);
  stats.dram = dram.finish(core_clock.edge_fs(stats.cycles));
  stats.vector = vector->finish(stats.cycles);
  return stats;
}

Accelerator::Accelerator(const AcceleratorParams& params, Stepping stepping, BuildOrder order)
    : parts_(std::make_unique<Parts>(params, stepping, order)) {}

Accelerator::~Accelerator() = default;

void Accelerator::host_copy(const Move& move) { transfer(move, parts_->image); }

uint8_t* Accelerator::dram_bytes() { return parts_->image.dram().data(); }

uint8_t* Accelerator::buffer_bytes(Space buffer) { return parts_->image.bytes(buffer); }

void Accelerator::reset(uint64_t dram_bytes, Values values) {
  Parts& p = *parts_;
  if (values == Values::none && p.timed_image != nullptr)
    throw std::logic_error("exact stepping moves values");
  p.values = values;
  if (sc_core::sc_get_status() < sc_core::SC_START_OF_SIMULATION) sc_core::sc_start(sc_core::SC_ZERO_TIME);
  p.core_clock.reset();
  p.dram_clock.reset();
  p.tokens.reset();
  p.accesses.reset();
  for (SramBuffer* buffer : p.buffers) buffer->reset();
  values == Values::none ? p.image.drop() : p.image.reset(dram_bytes);
  p.executor.reset();
  p.dram.reset(dram_bytes);
  p.load->reset();
  p.store->reset();
  p.compute->reset();
  p.vector->reset();
}

void Accelerator::observe(MachineObserver* observer) {
  parts_->tokens.observe(observer);
  parts_->load->observe(observer, Unit::load);
  parts_->store->observe(observer, Unit::store);
  parts_->compute->observe(observer);
  parts_->vector->observe(observer);
}

uint64_t Accelerator::stepped_cycles() const { return parts_->core_clock.steps(); }

MachineStats Accelerator::run(InstructionSource& program) {
  Parts& p = *parts_;
  const bool execute = p.values == Values::computed && p.timed_image == nullptr;
  p.sequencer->reset(program, execute ? &p.executor : nullptr);
  p.wakers[kSequencerRank].wake_at(0);
  sc_core::sc_start();  // returns when nothing is left to happen
  for (const ClockDomain* domain : {&p.core_clock, &p.dram_clock}) {
    if (domain->error() == nullptr) continue;
    try {
      std::rethrow_exception(domain->error());
    } catch (const std::exception& error) {
      throw MachineError(fmt::format("{} (cycle {})", error.what(), domain->now()));
    }
  }
  if (!p.finished()) throw MachineError("the machine stands still: " + p.who_waits());
  return p.collect();
}

void Accelerator::execute(InstructionSource& program) {
  if (parts_->timed_image != nullptr) throw std::logic_error("exact stepping moves values in time");
  try {
    for (Instruction instruction; program.next(instruction);) parts_->executor.execute(instruction);
  } catch (const std::exception& error) {
    throw MachineError(error.what());
  }
}

}  // namespace systole
