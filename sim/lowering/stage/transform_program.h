#pragma once
#include <deque>

#include "sim/lowering/stage/transform_plan.h"

namespace systole {

/// The instruction stream of a transform: block after block is loaded, transformed and stored, two or more
/// under way at once.
class TransformProgram : public InstructionSource {
 public:
  TransformProgram(const TransformStage& stage, const AcceleratorParams& arch);
  bool next(Instruction& instruction) override;

 private:
  ItemBlock block_at(uint64_t number) const;
  void begin(uint64_t number);
  void load(const ItemBlock& block, uint64_t number);
  void load_bias(const ItemBlock& block);
  void transform(const ItemBlock& block, uint64_t number);
  void finish(const ItemBlock& block, uint64_t place, uint32_t group);
  void store(const ItemBlock& block, uint64_t number);
  void emit(const Wait& wait, const decltype(Instruction::op)& op);

  /// Counts of the last instructions that used a place.
  struct Users {
    uint64_t load = 0, vector = 0, store = 0, copy = 0;
  };

  TransformStage stage_;
  TransformPlan plan_;
  std::deque<Instruction> ready_;
  std::vector<Users> sources_, targets_, biases_;
  uint64_t next_block_ = 0, blocks_;
  uint64_t loads_ = 0, stores_ = 0, vectors_ = 0;
  uint64_t bias_use_ = 0;                      ///< bias tiles loaded so far
  std::array<uint32_t, 2> bias_of_{~0U, ~0U};  ///< begin of the bias tile at hand, along items 0 and 4
};

}  // namespace systole
