#pragma once
#include <systemc>
#include <vector>

#include "models/compute/dataflow/folds.h"
#include "models/memory/bank_claims.h"

namespace systole {

/// Where a fold's results go: a MatMul's result view, with partial sums coming from and going to.
struct ResultRoute {
  ResultView view;
  Tensor tensor = Tensor::output;
  PsumSource source = PsumSource::none;
  PsumTarget target = PsumTarget::buffer;
  bool transposed = false;  ///< x lanes count gemm.n and y lanes gemm.m
};

/// The accumulators at the foot of the columns, and the path from there into the output buffer. An entry is
/// one PE's result block in every column; entries beyond the capacity live in the result view of the buffer,
/// where each addition reads and writes.
class Accumulators : public sc_core::sc_module {
 public:
  using Params = AccumulatorParams;

  Accumulators(sc_core::sc_module_name name, const Params& params);

  void configure(const ArrayShape& shape);
  /// Takes the y lanes' addresses of a fold; before its first merge.
  void begin_fold(const Fold& fold, const ResultRoute& route, SramBuffer& buffer);
  /// Merges one vector of results, x lanes `stride` apart: the x lanes from `first_x` on, accumulator entry
  /// `entry`.
  void merge(uint64_t first_x, uint64_t entry, const Lane* results, std::size_t stride);
  /// Continues the accesses of the last merges; true when the array may go on.
  bool settle(Cycle now) { return claims_.settled() || claims_.claim(*buffer_, now); }
  bool settled() const { return claims_.settled(); }
  void count_conflict() { buffer_->count_conflict(); }

  uint64_t accesses() const { return accesses_; }
  uint64_t adds() const { return adds_; }
  void reset();

 private:
  void merge_line(const Lane* results, Lane* entry, int64_t address);
  void touch(uint64_t address, uint64_t& last_word, uint64_t& words);
  void load_line(int64_t address);
  void store_line(int64_t address, bool final);

  Params params_;
  ArrayShape shape_;
  const FormatKernels* kernels_ = nullptr;
  SramBuffer* buffer_ = nullptr;
  Fold fold_;
  ResultRoute route_;
  std::vector<int64_t> y_offsets_;
  std::vector<Lane> entries_, line_;
  BankClaims claims_;
  uint64_t accesses_ = 0, adds_ = 0;
};

}  // namespace systole
