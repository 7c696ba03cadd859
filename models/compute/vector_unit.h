#pragma once
#include <array>
#include <systemc>
#include <vector>

#include "models/compute/params.h"
#include "models/control/instruction_queue.h"
#include "models/kernel/activity.h"
#include "models/kernel/log.h"
#include "models/kernel/token_board.h"
#include "models/memory/sram_buffer.h"

namespace systole {

/// Elementwise work on tiles, `lanes` elements a cycle through the buffers' ports: a group is read in one
/// cycle and written back in the next, while the following group is read.
class VectorUnit : public sc_core::sc_module {
 public:
  using Params = VectorUnitParams;
  using Stats = VectorStats;

  VectorUnit(sc_core::sc_module_name name, const Params& params,
             const std::array<SramBuffer*, kBufferCount>& buffers, TokenBoard& tokens);

  InstructionQueue queue;

  void reset();
  bool idle() const { return !active_ && queue.empty(); }
  Cycle step(Cycle now);
  Stats finish(Cycle end);

 private:
  /// A reader's or writer's way through a tile: row after row along n.
  struct Cursor {
    uint64_t index = 0;
    uint64_t word = ~uint64_t{0};  ///< the port's latch
  };

  bool start(Cycle now);
  bool write_back(Cycle now);
  bool read_ahead(Cycle now);
  bool open_word(SramBuffer& buffer, uint64_t address, Cursor& cursor, bool write, Tensor tensor, Cycle now);
  uint32_t apply(uint32_t value, uint32_t bias);
  uint64_t address(const ResultView& view, uint64_t index) const;

  VectorUnitParams params_;
  std::array<SramBuffer*, kBufferCount> buffers_;
  TokenBoard& tokens_;
  VectorOp op_;
  bool active_ = false;
  uint64_t elements_ = 0, columns_ = 1;
  Cursor reader_, bias_reader_, writer_;
  std::vector<uint32_t> held_;  ///< computed, not yet written: a ring of two groups
  ActivityRecorder activity_;
  Stats stats_;
  ComponentLog log_;
};

}  // namespace systole
