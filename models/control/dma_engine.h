#pragma once
#include <array>
#include <memory>
#include <systemc>
#include <vector>

#include "models/control/access_order.h"
#include "models/control/dram_port.h"
#include "models/control/in_flight_moves.h"
#include "models/control/instruction_queue.h"
#include "models/functional/memory_image.h"
#include "models/kernel/activity.h"
#include "models/kernel/log.h"
#include "models/kernel/token_board.h"
#include "models/memory/sram_buffer.h"

namespace systole {

using Buffers = std::array<SramBuffer*, kBufferCount>;

/// What load and store engine share: the queue, the box under way, the ports, counters. Each engine moves at
/// most as many bursts a cycle between them and the buffers as it has ports.
class DmaEngine : public sc_core::sc_module {
 public:
  using Params = DmaParams;
  using Stats = DmaStats;

  using Ports = std::vector<std::unique_ptr<DramPort>>;

  /// `dram_ports`: to the DRAM. `image`: whose bytes the engine moves in simulated time; nullptr where they
  /// move when an instruction is issued.
  DmaEngine(sc_core::sc_module_name name, const Params& params, uint32_t granule, Ports dram_ports,
            const Buffers& buffers, TokenBoard& tokens, AccessOrder& order, MemoryImage* image);

  InstructionQueue queue;

  void reset();
  bool idle() const;
  void wake_on_progress(Waker owner) {
    for (const auto& port : ports_) port->wake_on_progress(owner);
  }
  Stats finish(Cycle end);
  void observe(MachineObserver* observer, Unit unit) {
    queue.observe(observer, unit);
    for (const auto& port : ports_) port->observe(observer, unit);
    activity_.observe(observer, unit);
  }

 protected:
  /// A box under way, taken piece by piece, and its number among the moves in flight.
  struct Walk {
    BoxWalker walker;
    Move move;
    uint64_t number = 0;
  };

  /// Begins the instruction in front of the queue on `walk`, which is free, if the tokens are there.
  [[gnu::noinline]] bool start_next(Walk& walk, const Move& move, Cycle now);
  /// Claims the bank of `address` unless `latched` already holds that word. False on a conflict, which is
  /// counted.
  bool open_word(SramBuffer& buffer, uint64_t address, uint64_t& latched, Cycle now);
  /// What of a burst passes between it and its buffer in a cycle.
  struct Passed {
    uint64_t words = 0;  ///< opened for it
    uint32_t bytes = 0;
    bool last = false;  ///< nothing of the burst is left
  };
  /// Opens the words of the burst one after the other, from where it stands, until one's bank is taken.
  /// `latched`: the word opened last, which is none when the burst is through: the next burst's first word is
  /// an access of its own.
  Passed pass(Burst& burst, bool to_buffer, uint64_t& latched, Cycle now);
  /// Opens the words of [address, address + bytes) one after the other and adds their number to `opened`.
  /// Returns how many bytes lie before the first word whose bank is taken.
  uint32_t open_words(SramBuffer& buffer, uint64_t address, uint32_t bytes, uint64_t& latched,
                      uint64_t& opened, Cycle now);
  [[gnu::noinline]] void copy_bytes(Burst& burst, const Segment& segment, uint32_t bytes, bool to_buffer);
  void cut(bool dram_is_source, Burst& burst);
  void release(Burst& burst) { ports_[burst.port]->release(burst); }
  /// Signals what is complete.
  void retire(Unit unit, Cycle now) {
    while (moves_.retire()) signal_done(unit, now);
  }
  [[gnu::noinline]] void signal_done(Unit unit, Cycle now);
  /// Names cycle `now` and, where the engine is not stepped in the next one, those until it is.
  void set_activity(bool progressed, bool blocked, bool again, Cycle now);

  Params params_;
  uint32_t granule_;
  Ports ports_;
  Buffers buffers_;
  MemoryImage* image_;
  TokenBoard& tokens_;
  AccessOrder& order_;
  InFlightMoves moves_;
  Walk dram_walk_;  ///< between DRAM and buffers
  ActivityRecorder activity_;
  Stats stats_;
  ComponentLog log_;
  static constexpr uint64_t kNoWord = ~uint64_t{0};
};

}  // namespace systole
