#pragma once
#include "models/compute/block/block_feeder.h"
#include "models/compute/block/result_flow.h"
#include "models/compute/control/compute_core.h"

namespace systole {

/// The compute core without values: they are computed when an instruction is issued.
///
/// The core goes first at every bank, so once a fold has begun nothing outside can hold it up: a stretch of
/// cycles that are all alike is slept through and made up for at its end, or when something wakes the core
/// earlier. What the banks do meanwhile the buffers ask for.
class BlockCore : public ComputeCore {
 public:
  BlockCore(sc_core::sc_module_name name, const ComputeParts& parts, TokenBoard& tokens, AccessOrder& order)
      : ComputeCore(name, parts, tokens, order),
        input_feeder_("input_feeder", Tensor::input),
        weight_feeder_("weight_feeder", Tensor::weight) {}

  void reset() override;
  Cycle step(Cycle now) override;

 private:
  /// Cycles ahead that are all alike: what each of them does. Array time passes in all of them.
  struct Stretch {
    Cycle begin = 0, end = 0;
    bool wave = false;           ///< one enters; else bubbles do
    bool preload = false;        ///< a row of the next fold's operand is preloaded
    bool preload_reads = false;  ///< from the buffer; else it is fill
    bool results = false;        ///< a vector of results leaves, and late words of the one before
  };

  OperandFeeder& input_feeder() override { return input_feeder_; }
  OperandFeeder& weight_feeder() override { return weight_feeder_; }
  void begin_matmul(Cycle now) override;
  void begin_results(const FoldPass& pass) override;
  void result_ahead(const FoldPass& pass, uint64_t index) override;
  /// The words of results that wait are those that `results_flow_` foresees.
  bool results_as_foreseen() const;

  bool parts_share_buffers(Cycle now);
  void forecast_results(SramBuffer& buffer);
  static const std::vector<uint32_t>& result_banks_at(void* core, Cycle cycle);

  Stretch stretch_from(Cycle begin);
  void limit_by_preload(Stretch& stretch);
  void limit_by_results(Stretch& stretch) const;
  void begin_stretch(const Stretch& stretch);
  void end_stretch(Cycle now);
  BlockFeeder& x_feeder(const MatMulUnderWay& op) {
    return static_cast<BlockFeeder&>(ComputeCore::x_feeder(op));
  }
  BlockFeeder& y_feeder(const MatMulUnderWay& op) {
    return static_cast<BlockFeeder&>(ComputeCore::y_feeder(op));
  }

  BlockFeeder input_feeder_, weight_feeder_;
  bool buffers_shared_ = false;       ///< two parts of the core use one buffer
  ResultFlow results_flow_;           ///< of `merging_`
  SramBuffer* results_in_ = nullptr;  ///< the buffer with a forecast of results
  Stretch stretch_;
};

}  // namespace systole
