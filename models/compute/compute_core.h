#pragma once
#include <array>
#include <deque>
#include <systemc>

#include "models/compute/accumulators.h"
#include "models/compute/block_datapath.h"
#include "models/compute/operand_feeder.h"
#include "models/compute/pe_array.h"
#include "models/control/access_order.h"
#include "models/control/instruction_queue.h"
#include "models/kernel/activity.h"
#include "models/kernel/log.h"
#include "models/kernel/token_board.h"

namespace systole {

/// Feeders, PE array and accumulators under one control. The array moves or stands as a whole. A fold is
/// staged (stationary operands preloaded), then streamed wave by wave, then in flight until its last result
/// is out; with overlap the next fold follows as closely as two register sets per PE allow.
///
/// The core goes first at every bank, so once a fold has begun nothing outside can hold it up: stepping by
/// blocks, a stretch of cycles that are all alike is slept through and made up for at its end, or when
/// something wakes the core earlier. What the banks do meanwhile the buffers ask for.
class ComputeCore : public sc_core::sc_module {
 public:
  using Params = PeArrayParams;
  using Stats = ArrayStats;

  ComputeCore(sc_core::sc_module_name name, const Params& params, const FeederParams& feeder,
              const AccumulatorParams& accumulators, Stepping stepping,
              const std::array<SramBuffer*, kBufferCount>& buffers, TokenBoard& tokens, AccessOrder& order);

  InstructionQueue queue;

  void reset();
  bool idle() const { return ops_.empty() && queue.empty(); }
  Cycle step(Cycle now);
  Stats finish(Cycle end);
  void observe(MachineObserver* observer) {
    queue.observe(observer, Unit::matmul);
    activity_.observe(observer, Unit::matmul);
  }

 private:
  struct Op {  ///< a MatMul under way
    MatMul matmul;
    const DataflowFolds* dataflow;
    MatMulGeometry geometry;
    ArrayShape shape;
    uint64_t number = 0, folds = 0, next_fold = 0;
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
  /// Cycles ahead that are all alike: what each of them does. Array time passes in all of them.
  struct Stretch {
    Cycle begin = 0, end = 0;
    bool wave = false;           ///< one enters; else bubbles do
    bool preload = false;        ///< a row of the next fold's operand is preloaded
    bool preload_reads = false;  ///< from the buffer; else it is fill
    bool results = false;        ///< a vector of results leaves
  };

  Cycle step_once(Cycle now);
  Cycle wait_for_results(Cycle now);
  bool stage(Cycle now);
  void note_buffers(Cycle now);
  void begin_preload();
  bool preload(Cycle now);
  bool may_stream() const;
  void begin_stream();
  static OperandFeeder::BlockLayout y_layout(const Op& op);
  void compute(const Op& op, const Pass& pass, bool continues);
  void begin_feeding(const Op& op, const Fold& fold);
  Feed feed(Cycle now);
  void enter_wave(Cycle now);
  void end_stream(Cycle now);
  void advance(bool wave, Cycle now);
  void emit();
  void conclude(Cycle now);
  void retire(Cycle now);
  void count_fold(const Op& op, const Fold& fold, bool continues);
  void read_index_table(const MatMul& op, uint64_t first, uint64_t count);
  Activity waiting(Cycle now);
  void update_extent();
  /// Cycles from a wave's entry to the turn of its last PE with work.
  static uint64_t last_pe_after(const Pass& pass) {
    return uint64_t{pass.fold.rows_used - 1} * pass.shape.row_skew() +
           uint64_t{pass.fold.cols_used - 1} * pass.shape.col_skew();
  }
  OperandFeeder& x_feeder(const Op& op) { return op.dataflow->input_is_x ? input_feeder_ : weight_feeder_; }
  OperandFeeder& y_feeder(const Op& op) { return op.dataflow->input_is_x ? weight_feeder_ : input_feeder_; }
  static const OperandView& x_view(const Op& op) {
    return op.dataflow->input_is_x ? op.matmul.input : op.matmul.weight;
  }
  static const OperandView& y_view(const Op& op) {
    return op.dataflow->input_is_x ? op.matmul.weight : op.matmul.input;
  }
  void set_operand(OperandFeeder& feeder, const OperandView& view, const Op& op);

  Stretch stretch_from(Cycle begin);
  void limit_by_preload(Stretch& stretch);
  void limit_by_results(Stretch& stretch) const;
  void begin_stretch(const Stretch& stretch);
  void end_stretch(Cycle now);
  void begin_results(Pass& pass);
  void forecast_results(SramBuffer& buffer);
  uint64_t first_result(const Pass& pass) const;
  static uint64_t result_count(const Pass& pass) {
    return pass.shape.stationary ? pass.fold.waves : pass.shape.rows;
  }
  /// False for rows of PEs that a partly filled fold leaves empty.
  static bool has_result(const Pass& pass, uint64_t index) {
    return pass.shape.stationary || pass.shape.rows - 1 - index < pass.fold.rows_used;
  }
  static ResultVector result_vector(const Pass& pass, uint64_t index);
  static const std::vector<uint32_t>& result_banks_at(void* core, Cycle cycle);

  bool chain_open() const { return !streaming_ && !flight_.empty() && flight_.back().closed == 0; }

  Params params_;
  FeederParams feeder_;
  bool exact_;
  std::array<SramBuffer*, kBufferCount> buffers_;
  TokenBoard& tokens_;
  AccessOrder& order_;
  bool buffers_shared_ = false;     ///< two parts of the core use one buffer
  Cycle late_results_in_ = kNever;  ///< the last cycle in which words that waited for a bank all found it
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
  bool even_results_ = false;         ///< every vector of results of `merging_` finds its banks free
  SramBuffer* results_in_ = nullptr;  ///< the buffer with a forecast of results
  uint64_t op_number_ = 0;
  std::array<uint64_t, 2> held_y_{};  ///< MatMul and first lane of the y operand the datapath has laid out
  Stretch stretch_;
  uint32_t next_slot_ = 0;
  uint64_t tau_ = 0, busy_until_ = 0, last_close_ = 0, last_entered_ = 0;
  uint32_t active_rows_ = 0, active_width_ = 0;
  ActivityRecorder activity_;
  Stats stats_;
  ComponentLog log_;
};

}  // namespace systole
