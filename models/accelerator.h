#pragma once
// Constructs and binds the machine. No behaviour of its own beyond starting a program and collecting
// counters.
#include <cstdint>
#include <memory>
#include <stdexcept>

#include "models/accelerator_params.h"
#include "models/isa.h"
#include "models/kernel/observer.h"
#include "models/stats.h"

namespace systole {

/// The machine did something it never may (deadlock, lost bytes, states that do not sum): our bug, exit
/// code 1.
class MachineError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The order in which units are constructed and enrolled. It never changes a counter; tests swap it to see.
enum class BuildOrder : uint8_t { forward, reverse };

/// `none`: cycles and counts alone.
enum class Values : uint8_t { computed, none };

/// One elaborated machine; at most one a process (SystemC elaborates once). Programs run back to back on it.
class Accelerator {
 public:
  explicit Accelerator(const AcceleratorParams& params, Stepping stepping = Stepping::block,
                       BuildOrder order = BuildOrder::forward);
  ~Accelerator();
  Accelerator(const Accelerator&) = delete;
  Accelerator& operator=(const Accelerator&) = delete;

  /// Back to reset: queues empty, counters zero, buffers zero, simulated DRAM resized to `dram_bytes` of
  /// zeros. Without values it has that size and no bytes; exact stepping always has values.
  void reset(uint64_t dram_bytes, Values values = Values::computed);
  /// Host access to simulated memory, outside simulated time.
  uint8_t* dram_bytes();
  uint8_t* buffer_bytes(Space buffer);
  /// Copies a box; throws std::logic_error if it reaches beyond a memory.
  void host_copy(const Move& move);
  /// Who is told of all that happens from now on; nullptr: nobody.
  void observe(MachineObserver* observer);
  /// Runs the program from reset until every unit is drained; throws MachineError on deadlock or broken
  /// invariants.
  MachineStats run(InstructionSource& program);
  /// Carries the program out in no time: leaves in the memories what run() would. Not for exact stepping,
  /// which moves values in time.
  void execute(InstructionSource& program);
  /// The core cycles of the last run in which a unit was stepped: the rest was slept through.
  uint64_t stepped_cycles() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace systole
