#pragma once
#include <functional>
#include <memory>
#include <utility>

#include "models/isa.h"
#include "sim/run/interrupt.h"

namespace systole {

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

}  // namespace systole
