#pragma once
#include <array>
#include <systemc>

#include "models/control/dram_port.h"
#include "models/control/in_flight_moves.h"
#include "models/control/instruction_queue.h"
#include "models/kernel/activity.h"
#include "models/kernel/log.h"
#include "models/kernel/token_board.h"
#include "models/memory/sram_buffer.h"

namespace systole {

using Buffers = std::array<SramBuffer*, kBufferCount>;

/// What load and store engine share: the queue, the box under way, the socket, counters. Each engine moves at
/// most one burst a cycle between its socket and the buffers.
class DmaEngine : public sc_core::sc_module {
 public:
  using Params = DmaParams;
  using Stats = DmaStats;

  DmaEngine(sc_core::sc_module_name name, const Params& params, uint32_t granule, ClockDomain& clock,
            const Buffers& buffers, TokenBoard& tokens);

  InstructionQueue queue;
  DramPort port;

  void reset();
  bool idle() const { return moves_.empty() && queue.empty() && port.idle(); }
  Stats finish(Cycle end);
  void observe(MachineObserver* observer, Unit unit) {
    queue.observe(observer, unit);
    port.observe(observer, unit);
    activity_.observe(observer, unit);
  }

 protected:
  /// Begins the next instruction of the queue when its tokens are there.
  template <class Op>
  bool start_next(Cycle now);
  /// Claims the bank of `address` unless `latched` already holds that word. False on a conflict, which is
  /// counted.
  bool open_word(SramBuffer& buffer, uint64_t address, uint64_t& latched, Cycle now);
  /// Opens the words of [address, address + bytes) one after the other and adds their number to `opened`.
  /// Returns how many bytes lie before the first word whose bank is taken.
  uint32_t open_words(SramBuffer& buffer, uint64_t address, uint32_t bytes, uint64_t& latched,
                      uint64_t& opened, Cycle now);
  void cut(bool dram_is_source, Burst& burst);
  void retire(Event event, Cycle now);
  /// Names cycle `now` and, where the engine is not stepped in the next one, those until it is.
  void set_activity(bool progressed, bool blocked, bool again, Cycle now);
  /// True when there is, or may be, an instruction to begin as soon as its tokens allow.
  bool may_start() const { return walker_.done() && !queue.empty(); }

  Params params_;
  uint32_t granule_;
  Buffers buffers_;
  TokenBoard& tokens_;
  InFlightMoves moves_;
  BoxWalker walker_;
  Move move_;
  uint64_t move_number_ = 0;
  ActivityRecorder activity_;
  Stats stats_;
  ComponentLog log_;
};

template <class Op>
bool DmaEngine::start_next(Cycle now) {
  if (!walker_.done() || !queue.can_pop(now)) return false;
  const Instruction& instruction = queue.front();
  if (!tokens_.satisfied(instruction.wait, now)) return false;
  move_ = std::get<Op>(instruction.op).move;
  queue.pop(now);
  walker_ = BoxWalker(move_);
  move_number_ = moves_.begin();
  if (walker_.done()) moves_.close(move_number_);
  log_.debug(now, "move {} begins: {} bytes of {}", move_number_, move_.bytes(),
             kTensorNames[static_cast<int>(move_.tensor)]);
  return true;
}

}  // namespace systole
