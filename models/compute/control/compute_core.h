#pragma once
#include <deque>
#include <systemc>

#include "models/compute/control/fold_pass.h"
#include "models/compute/control/operand_feeder.h"
#include "models/compute/control/pace.h"
#include "models/control/access_order.h"
#include "models/control/instruction_queue.h"
#include "models/kernel/activity.h"
#include "models/kernel/log.h"
#include "models/kernel/token_board.h"

namespace systole {

/// What the compute core is built of and bound to.
struct ComputeParts {
  PeArrayParams array;
  FeederParams feeder;
  AccumulatorParams accumulators;
  std::array<SramBuffer*, kBufferCount> buffers;
};

/// Feeders, PE array and accumulators under one control. The array moves or stands as a whole. A fold is
/// staged (stationary operands preloaded), then streamed wave by wave, then in flight until its last result
/// is out; with overlap the next fold follows as closely as two register sets per PE allow.
///
/// Here is when things happen. What the PEs hold then, and which cycles need no look, is for those who derive
/// from it.
class ComputeCore : public sc_core::sc_module {
 public:
  using Params = PeArrayParams;
  using Stats = ArrayStats;

  ComputeCore(sc_core::sc_module_name name, const ComputeParts& parts, TokenBoard& tokens,
              AccessOrder& order);

  InstructionQueue queue;

  virtual void reset();
  bool idle() const { return ops_.empty() && queue.empty(); }
  virtual Cycle step(Cycle now) { return step_once(now); }
  Stats finish(Cycle end);
  void observe(MachineObserver* observer) {
    queue.observe(observer, Unit::matmul);
    activity_.observe(observer, Unit::matmul);
  }

 protected:
  enum class Side : uint8_t { x, y };  ///< of the array: at the rows, over the columns

  virtual OperandFeeder& input_feeder() = 0;
  virtual OperandFeeder& weight_feeder() = 0;
  /// The array, now empty, takes another shape.
  virtual void take_shape(const ArrayShape&) {}
  /// A MatMul has come up.
  virtual void begin_matmul(Cycle) {}
  /// A fold of a MatMul begins to stream.
  virtual void begin_fold(const MatMulUnderWay&, const Fold&) {}
  /// The walk of an operand has been set and begins.
  virtual void begin_walk(const MatMulUnderWay&, Side) {}
  /// A row of PEs takes a held operand: that of its feeder, or fill.
  virtual void preload_row(const FoldPass&, uint32_t /*row*/, bool /*fill*/) {}
  /// The first wave enters that meets the held operand.
  virtual void begin_operand(const FoldPass&) {}
  /// A wave enters for one of the PEs' accumulator blocks: what it takes of the front of the feeders.
  virtual void enter(const FoldPass&, uint32_t /*block*/) {}
  virtual void enter_bubble() {}
  /// The wave that enters next begins new sums.
  virtual void close_sums(const FoldPass&) {}
  /// The PEs work; `useful`: some of them on a wave.
  virtual void work(bool /*useful*/) {}
  /// The first result vector of a fold is about to leave.
  virtual void begin_results(const FoldPass&) {}
  /// Each turn of that fold to let a result vector out, after begin_results() and before any of them leaves.
  virtual void result_ahead(const FoldPass&, uint64_t /*index*/) {}
  /// A result vector leaves the array.
  virtual void result(const FoldPass&, uint64_t /*index*/, const ResultVector&) {}

  Cycle step_once(Cycle now);
  bool may_stream() const;
  bool chain_open() const { return !streaming_ && !flight_.empty() && flight_.back().closed == 0; }
  OperandFeeder& x_feeder(const MatMulUnderWay& op) {
    return op.dataflow->input_is_x ? input_feeder() : weight_feeder();
  }
  OperandFeeder& y_feeder(const MatMulUnderWay& op) {
    return op.dataflow->input_is_x ? weight_feeder() : input_feeder();
  }
  SramBuffer& buffer(Space space) { return *parts_.buffers[static_cast<int>(space)]; }

  ComputeParts parts_;
  Accumulators accumulators_;
  std::deque<MatMulUnderWay> ops_;
  MatMulUnderWay* open_op_ = nullptr;  ///< whose folds are being staged
  bool staged_ = false;
  FoldPass staged_pass_;
  bool preloading_ = false;
  uint32_t preloaded_rows_ = 0;
  bool streaming_ = false;                       ///< flight_.back() takes waves
  uint64_t waves_left_ = 0, padding_waves_ = 0;  ///< padding: the last ones
  std::deque<FoldPass> flight_;
  const FoldPass* merging_ = nullptr;
  Cycle late_results_in_ = kNever;  ///< the last cycle in which words that waited for a bank all found it
  uint64_t tau_ = 0, busy_until_ = 0, last_entered_ = 0;  ///< array time: cycles in which the array moves
  uint32_t active_rows_ = 0, active_width_ = 0;           ///< that folds in flight reach
  bool paced_ = false;                                    ///< the shape is
  Pace pace_;
  ActivityRecorder activity_;

 private:
  enum class Feed { wave, bubble, stalled, nothing };

  Cycle wait_for_results(Cycle now);
  bool take_matmul(Cycle now);
  void stage(Cycle now);
  void set_walk(const MatMulUnderWay& op, Side side, const Fold& fold, bool streams);
  void begin_preload();
  bool preload(Cycle now);
  void begin_stream();
  Feed feed(Cycle now);
  void enter_wave(Cycle now);
  /// The last steps of an instruction may lie beyond the end of k: they take their time without operands.
  bool pads() const { return waves_left_ <= padding_waves_; }
  void end_stream(Cycle now);
  void advance(bool wave, Cycle now);
  void emit();
  void conclude(Cycle now);
  void retire(Cycle now);
  void count_fold(const MatMulUnderWay& op, const Fold& fold, bool continues);
  void count_registers(const MatMulUnderWay& op, const Fold& fold, bool continues);
  Activity waiting(Cycle now);
  void update_extent();

  TokenBoard& tokens_;
  AccessOrder& order_;
  ArrayShape shape_;
  bool shaped_ = false;
  uint32_t next_slot_ = 0;
  uint64_t drained_at_ = 0;  ///< where sums stay in the PEs: when the last fold lets the next one end
  Stats stats_;
  ComponentLog log_;
};

}  // namespace systole
