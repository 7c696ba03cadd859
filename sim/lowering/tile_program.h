#pragma once
// The instruction stream of a tiled layer. Operands of a step are fetched ahead where places are free of the
// steps before, so that loads run under the matrix work whatever the depth of the machine's queues.
#include <deque>
#include <memory>

#include "sim/lowering/directory.h"
#include "sim/lowering/tile_moves.h"

namespace systole {

class TileProgram : public InstructionSource {
 public:
  /// `lookahead`: operands are fetched at most so many steps ahead.
  TileProgram(const TileContext& context, const TilePlan& plan, const DramLayout& dram,
              uint32_t lookahead = 1);
  bool next(Instruction& instruction) override;

 protected:
  /// A step under way: where its tiles lie, and what its matrix work waits for.
  struct Work {
    TileStep step;
    InputWindow window;
    uint32_t input = 0, weight = 0, result = 0, bias = 0;  ///< places
    uint64_t bias_loaded = 0;                              ///< load count that completes the bias tile
    Wait operands;
    bool has_input = false, has_weight = false, has_result = false, has_bias = false;
    bool new_input = false, new_weight = false;  ///< fetched ahead, not found in place
  };

  /// What an algorithm does differently that works on operands as they come: how they get into their places,
  /// and what becomes of a step's results.
  virtual void fetch_input(Work& work);
  virtual void fetch_weight(Work& work);
  virtual void finish_step();

  uint64_t load(const Move& move, const Wait& wait);
  uint64_t store(const Move& move, const Wait& wait);
  uint64_t vector(Instruction instruction);

  TileContext context_;
  TilePlan plan_;
  TileWalk walk_;
  TileMoves moves_;
  Directory inputs_, weights_, results_, biases_;
  Work now_;
  TileTag tile_;  ///< of the step that instructions are given out for
  uint64_t loads_ = 0, stores_ = 0, matmuls_ = 0, vectors_ = 0;  ///< instructions given out so far

 private:
  void begin_step();
  void complete(Work& work);
  void fetch_ahead();
  Work& ahead(size_t steps);
  void fetch_bias(Work& work);
  void place_result(Work& work);
  void multiply(Work& work, uint32_t group);
  bool sums_at_columns(const TileStep& step) const;

  std::shared_ptr<const LaneProgram> post_;  ///< of finished results
  uint32_t lookahead_;
  uint64_t index_loaded_ = 0;  ///< load count that completes the index table
  std::deque<Work> ahead_;     ///< the steps behind now_
  std::deque<Instruction> ready_;
  uint64_t next_step_ = 0;
  uint32_t next_group_ = 0;
  bool in_step_ = false;
};

}  // namespace systole
