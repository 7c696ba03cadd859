#pragma once
#include "models/compute/control/compute_core.h"
#include "models/compute/exact/exact_feeder.h"
#include "models/compute/exact/pe_array.h"
#include "models/compute/exact/result_values.h"

namespace systole {

/// The compute core with every register of every PE, stepped in each cycle; its operands and results move
/// when their words have their turn.
class ExactCore : public ComputeCore {
 public:
  ExactCore(sc_core::sc_module_name name, const ComputeParts& parts, TokenBoard& tokens, AccessOrder& order,
            MemoryImage& image);

 private:
  OperandFeeder& input_feeder() override { return input_feeder_; }
  OperandFeeder& weight_feeder() override { return weight_feeder_; }
  void take_shape(const ArrayShape& shape) override;
  void begin_fold(const MatMulUnderWay& op, const Fold& fold) override;
  void begin_walk(const MatMulUnderWay& op, Side side) override;
  void preload_row(const FoldPass& pass, uint32_t row, bool fill) override;
  void begin_operand(const FoldPass& pass) override { array_.begin_operand(pass.entered, pass.slot); }
  void enter(const FoldPass& pass, uint32_t block) override;
  void enter_bubble() override { array_.enter(tau_, nullptr, nullptr); }
  void close_sums(const FoldPass& pass) override { array_.begin_results(pass.closed, pass.slot); }
  void work(bool useful) override { array_.work(tau_, useful ? active_rows_ : 0, active_width_); }
  void result(const FoldPass& pass, uint64_t index, const ResultVector& vector) override;
  ExactFeeder& exact(OperandFeeder& feeder) { return static_cast<ExactFeeder&>(feeder); }

  MemoryImage& image_;
  ExactFeeder input_feeder_, weight_feeder_;
  PeArray array_;
  ResultValues results_;
  std::vector<Lane> y_block_;  ///< of one accumulator block, where PEs have several
};

}  // namespace systole
