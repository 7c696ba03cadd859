#pragma once
#include <memory>
#include <vector>

#include "sim/lowering/lowering.h"

namespace systole {

/// Programs one after the other, a barrier between them. Their waits count from their own beginnings and are
/// moved on by what ran before.
class StagedProgram : public InstructionSource {
 public:
  /// Each stage's program is made when its turn comes.
  explicit StagedProgram(std::vector<ProgramMaker> stages) : stages_(std::move(stages)) {}
  bool next(Instruction& instruction) override;

 private:
  std::vector<ProgramMaker> stages_;
  size_t next_stage_ = 0;
  /// The stage under way comes last. Those before it are kept: the machine may still hold their lane
  /// programs.
  std::vector<std::unique_ptr<InstructionSource>> programs_;
  std::array<uint64_t, kEventCount> before_{}, issued_{};
};

}  // namespace systole
