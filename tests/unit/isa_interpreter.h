#pragma once
// Executes a program on plain bytes, without time: the units take their turns at random, as far as the waits
// allow. What a unit reads must not change, and what it writes must not be touched, while its instruction
// runs; whatever is being written holds rubbish until it is done. A missing wait therefore shows as an
// exception or a wrong number.
#include <deque>
#include <optional>
#include <random>
#include <stdexcept>
#include <vector>

#include "models/accelerator_params.h"
#include "sim/program/happens_before.h"

namespace systole::test {

class ProgramError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct ProgramCounts {
  std::array<uint64_t, kTensorCount> read{}, write{};  ///< bytes asked of DRAM
  uint64_t on_chip = 0, macs = 0, instructions = 0;
};

using Bytes = std::vector<uint8_t>;

/// DRAM and buffers, and what each instruction does to them.
class IsaMemory {
 public:
  IsaMemory(const AcceleratorParams& arch, uint64_t dram_bytes);

  Bytes& dram() { return spaces_[static_cast<int>(Space::dram)]; }
  void copy(const Move& move);
  void run_vector(const Vector& vector);
  /// `operands`: what sources_of() the instruction gave.
  void multiply(const MatMul& op, const Bytes& operands);

  Bytes sources_of(const Instruction& instruction) const;
  Bytes targets_of(const Instruction& instruction) const;
  /// Writes rubbish wherever the instruction will write and does not read before.
  void rubbish_targets(const Instruction& instruction);

 private:
  /// One result under way: the total of finished segments, and the chain of steps being summed.
  template <typename T>
  struct Sum {
    T total{}, chain{};
    bool has_total = false, has_chain = false;
    void end_segment();
  };
  using Offsets = std::vector<uint64_t>;
  Offsets offsets(const Move& move, const BoxSide& side) const;
  Offsets offsets(const ResultView& view) const;
  /// Item by item, number by number; outside the bounds nothing.
  using Places = std::vector<std::optional<uint64_t>>;
  Places places(const Vector& vector, const LaneView& view) const;
  Bytes gather(const Vector& vector, const LaneView& view) const;
  int32_t number_at(const LaneView& view, uint64_t place) const;
  Bytes gather(Space space, const Offsets& offsets, uint64_t run) const;
  Bytes operand(const OperandView& view) const;
  const uint8_t* at(Space space, uint64_t offset, uint64_t bytes) const;
  uint8_t* at(Space space, uint64_t offset, uint64_t bytes);
  template <typename Element, typename T>
  void multiply_as(const MatMul& op, const Bytes& operands, std::vector<Sum<T>>& sums);

  AcceleratorParams arch_;
  std::array<Bytes, 4> spaces_;
  std::vector<Sum<float>> float_sums_;
  std::vector<Sum<uint32_t>> int_sums_;  ///< wrap around
};

class IsaInterpreter {
 public:
  IsaInterpreter(const AcceleratorParams& arch, uint64_t dram_bytes) : memory_(arch, dram_bytes) {}

  IsaMemory& memory() { return memory_; }
  /// Runs to the end; throws ProgramError on an order that the waits do not prove, a race, a deadlock or an
  /// address out of range.
  ProgramCounts run(InstructionSource& program, uint32_t seed);

 private:
  struct Job {
    Instruction instruction;
    bool started = false, read = false;
    Bytes sources, targets;  ///< as they were when the job started
  };
  enum Turn {
    kLoad,
    kStore,
    kMatmul,
    kVector,
    kReadOperands,
    kStartNextMatmul,
    kStartNextLoad,
    kIssue,
    kTurnCount
  };

  void pull(InstructionSource& program);
  void issue();
  bool ready(const Wait& wait) const;
  bool can_issue(const Instruction& instruction) const;
  std::vector<Turn> possible_turns() const;
  void take(Turn turn);
  void start(Job& job);
  void finish(Job& job);

  IsaMemory memory_;
  std::optional<Instruction> held_;  ///< at the sequencer, not yet issued
  bool ended_ = false;
  std::array<std::deque<Job>, kUnitCount> queues_;
  std::array<uint64_t, kEventCount> done_{};
  HappensBefore order_;
  ProgramCounts counts_;
};

}  // namespace systole::test
