#pragma once
#include <array>
#include <deque>
#include <systemc>

#include "models/compute/accumulators.h"
#include "models/compute/block_datapath.h"
#include "models/compute/operand_feeder.h"
#include "models/compute/pe_array.h"
#include "models/control/instruction_queue.h"
#include "models/kernel/activity.h"
#include "models/kernel/log.h"
#include "models/kernel/token_board.h"

namespace systole {

/// Feeders, PE array and accumulators under one control. The array moves or stands as a whole. A fold is
/// staged (stationary operands preloaded), then streamed wave by wave, then in flight until its last result
/// is out; with overlap the next fold follows as closely as two register sets per PE allow.
class ComputeCore : public sc_core::sc_module {
 public:
  using Params = PeArrayParams;
  using Stats = ArrayStats;

  ComputeCore(sc_core::sc_module_name name, const Params& params, const AccumulatorParams& accumulators,
              Stepping stepping, const std::array<SramBuffer*, kBufferCount>& buffers, TokenBoard& tokens);

  InstructionQueue queue;

  void reset();
  bool idle() const { return ops_.empty() && queue.empty(); }
  Cycle step(Cycle now);
  Stats finish(Cycle end);

 private:
  struct Op {  ///< a MatMul under way
    MatMul matmul;
    const DataflowFolds* dataflow;
    MatMulGeometry geometry;
    ArrayShape shape;
    uint64_t folds = 0, next_fold = 0;
    bool read = false, done = false;
  };
  struct Pass {        ///< a fold under way
    Op* op = nullptr;  ///< not valid while an open chain waits for its next MatMul
    ArrayShape shape;
    Fold fold;
    ResultRoute route;
    uint64_t entered = 0;  ///< array time of its first wave
    uint64_t closed = 0;   ///< array time after its last wave; 0: more may come
    uint64_t results = 0;  ///< result vectors that are out
    uint32_t slot = 0;
    bool last_of_op = false;
  };
  enum class Feed { wave, bubble, stalled, nothing };

  bool stage(Cycle now);
  void begin_preload();
  bool preload(Cycle now);
  bool may_stream() const;
  void begin_stream();
  void begin_feeding(const Op& op, const Fold& fold);
  Feed feed(Cycle now);
  void enter_wave(Cycle now);
  void end_stream(Cycle now);
  void advance(bool wave, Cycle now);
  void emit(Cycle now);
  void complete(Pass& pass, Cycle now);
  void retire(Cycle now);
  void count_fold(const Op& op, const Fold& fold, bool continues);
  void read_index_table(const MatMul& op, uint64_t first, uint64_t count);
  Activity waiting(Cycle now);
  void update_extent();
  OperandFeeder& x_feeder(const Op& op) { return op.dataflow->input_is_x ? input_feeder_ : weight_feeder_; }
  OperandFeeder& y_feeder(const Op& op) { return op.dataflow->input_is_x ? weight_feeder_ : input_feeder_; }
  void set_operand(OperandFeeder& feeder, const OperandView& view, const Op& op);
  /// The distance between planes of a y block, and between rows of results.
  std::size_t y_stride(const ArrayShape& shape) const { return exact_ ? shape.width() : datapath_.stride(); }
  bool chain_open() const { return !streaming_ && !flight_.empty() && flight_.back().closed == 0; }

  Params params_;
  bool exact_;
  std::array<SramBuffer*, kBufferCount> buffers_;
  TokenBoard& tokens_;
  OperandFeeder input_feeder_, weight_feeder_;
  PeArray array_;           ///< exact stepping
  BlockDatapath datapath_;  ///< block stepping
  Accumulators accumulators_;

  std::deque<Op> ops_;
  Op* open_op_ = nullptr;  ///< whose folds are being staged
  bool staged_ = false;
  Pass staged_pass_;
  bool preloading_ = false;
  uint32_t preloaded_rows_ = 0;
  bool streaming_ = false;  ///< flight_.back() takes waves
  uint64_t waves_left_ = 0;
  std::deque<Pass> flight_;
  const Pass* merging_ = nullptr;
  uint32_t next_slot_ = 0;
  uint64_t tau_ = 0, busy_until_ = 0, last_close_ = 0, last_entered_ = 0;
  uint32_t active_rows_ = 0, active_width_ = 0;
  ActivityRecorder activity_;
  Stats stats_;
  ComponentLog log_;
};

}  // namespace systole
