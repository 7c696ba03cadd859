#pragma once
#include <deque>
#include <systemc>
#include <vector>

#include "models/compute/array_shape.h"
#include "models/number/sum/arithmetic.h"

namespace systole {

/// The registers and multipliers of all PEs, stepped by the compute core. Array time `tau` counts the cycles
/// in which the array moves; the wave that enters at tau reaches PE (i, j) at tau + i*row_skew + j*col_skew.
/// Nothing physically moves in host memory: a PE's present operand is found by its age.
class PeArray : public sc_core::sc_module {
 public:
  explicit PeArray(sc_core::sc_module_name name) : sc_module(name) {}

  /// Only while the array is empty.
  void configure(const ArrayShape& shape);

  /// x_block[row][x_lane][depth]; y_block[depth][width] (streaming y only). nullptr: a bubble. `block`: which
  /// accumulator block of each PE the products are for.
  void enter(uint64_t tau, const Lane* x_block, const Lane* y_block, uint32_t block = 0);
  /// Output-stationary: the wave entering at `tau` begins new sums; the old ones are captured, PE by PE as
  /// the wave passes, in drain registers `slot`.
  void begin_results(uint64_t tau, uint32_t slot);
  /// Stationary: the wave entering at `tau` is the first to meet the operand in preload registers `slot`.
  void begin_operand(uint64_t tau, uint32_t slot);
  /// Preload registers [depth][width] of one row; the caller fills them (Arithmetic::fill where there is no
  /// operand) before begin_operand.
  Lane* preload_row(uint32_t slot, uint32_t row);
  /// Every PE of the first `rows` rows and `width` lanes works on its present operands.
  void work(uint64_t tau, uint32_t rows, uint32_t width);

  /// Row `row` of drain registers `slot`, complete once its last wave has crossed: [x_lane][width].
  const Lane* drained_row(uint32_t slot, uint32_t row, uint32_t block) const;
  /// The sums of the wave that entered at `entered`, at the foot of the columns: [x_lane][width].
  const Lane* foot(uint64_t entered);

 private:
  struct Boundary {
    uint64_t tau;
    uint32_t slot;
  };

  void enter_x(uint64_t tau, const Lane* x_block);
  void enter_y(uint64_t tau, const Lane* y_block);
  void enter_columns(Lane* to, const Lane* from, uint32_t cols, uint32_t lanes, std::size_t step) const;
  void work_rows(uint64_t wave, uint32_t first, uint32_t rows, uint32_t width);
  void work_blocks(uint64_t tau, uint32_t rows, uint32_t width);
  StepArgs step_args() const;
  void pass_boundaries(uint64_t tau);
  void pass(const Boundary& boundary, uint64_t row, uint32_t lane, uint32_t lanes);

  ArrayShape shape_;
  StepKernel kernel_ = nullptr;
  Lane fill_ = 0;        ///< of operands
  Lane minus_zero_ = 0;  ///< where sums begin
  AlignedArgs aligned_;
  uint64_t x_mask_ = 0, y_mask_ = 0, sum_mask_ = 0;  ///< ring lengths - 1, in waves
  std::size_t x_plane_ = 0, x_row_ = 0, y_plane_ = 0;
  std::vector<Lane> x_, y_, sums_, held_, slots_store_, foot_;
  uint32_t blocks_ = 1;          ///< accumulator blocks a PE; sums_[block][row] where y streams
  std::vector<uint32_t> turns_;  ///< of the waves: whose turn each is, kBubble: nobody's; of several blocks
  std::deque<Boundary> boundaries_;
};

}  // namespace systole
