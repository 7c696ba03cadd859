#pragma once
#include <vector>

#include "models/compute/dataflow/folds.h"
#include "models/functional/operand.h"

namespace systole {

/// Carries out MatMuls as wholes, with the sums that the array makes of them: the products of one
/// MMA step after the other are added as the format's summation rule says. Output-stationary, a fold sums all
/// its steps; otherwise each fold of k makes a sum of its own, which is added to those before it.
class MatMulExecutor {
 public:
  MatMulExecutor(const PeArrayParams& params, MemoryImage& image) : params_(params), image_(image) {}
  void reset();
  void execute(const MatMul& op);

 private:
  /// Whose sums they are that wait for the next MatMul.
  struct Held {
    uint64_t m = 0, n = 0;
    Format accumulator = Format::fp32;
    bool operator==(const Held& o) const { return m == o.m && n == o.n && accumulator == o.accumulator; }
  };

  void set_operands(const MatMul& op, const MatMulGeometry& geometry);
  void take_up(const MatMul& op, PsumSource source);
  void multiply(const BlockArgs& order, std::vector<Lane>& sums);
  void put_down(const MatMul& op);
  /// One of the result's elements, or a row of them, as the view has it and as `sums` have it.
  template <class Visit>
  void each_result(const MatMul& op, std::vector<Lane>& sums, const Visit& visit);

  PeArrayParams params_;
  MemoryImage& image_;
  Operand rows_, lanes_;
  Arithmetic arithmetic_ = int32_arithmetic;  ///< of the MatMul under way
  bool transposed_ = false;                   ///< gemm.n lies on the rows and gemm.m on the lanes
  std::size_t stride_ = 0;                    ///< from row to row of sums
  Held of_op_, of_totals_, of_chain_;
  bool chain_open_ = false;  ///< sums stay in the PEs for the next MatMul
  PsumSource chain_source_ = PsumSource::none;
  std::vector<Lane> totals_, chain_;  ///< [row][stride_]: in the accumulators, in the PEs
  std::vector<Lane> row_block_, panels_;
};

/// Throws std::logic_error if the table of offsets of elements [first, first + count) of k, which begins at
/// `table`, is no table of this operand.
void check_index_table(const OperandView& view, uint64_t first, uint64_t count, const uint8_t* table);

}  // namespace systole
