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

/// What leaves the array in one cycle: the x lanes from `first_x` on, of accumulator entry `entry`, which no
/// other vector of the fold has, and of the fold's y lanes `y_count` from `first_y` on.
struct ResultVector {
  uint64_t first_x = 0, entry = 0, first_y = 0, y_count = 0;
};

/// The accumulators at the foot of the columns, and the path from there into the output buffer: where each
/// vector of results comes from and goes to, what that counts, and its banks. An entry is one PE's result
/// block in every column; entries beyond the capacity live in the result view of the buffer, where each
/// addition reads and writes.
class Accumulators : public sc_core::sc_module {
 public:
  using Params = AccumulatorParams;
  /// One x lane of a vector, along all y lanes.
  struct Line {
    int64_t address = 0;  ///< of the first result, less its y offset
    std::size_t entry = 0;
    bool held = false;                               ///< the entry is within the capacity
    bool fresh = true, load = false, store = false;  ///< no old sum; old sum in the buffer; new sum there
  };

  Accumulators(sc_core::sc_module_name name, const Params& params) : sc_module(name), params_(params) {}

  void configure(const ArrayShape& shape) { shape_ = shape; }
  /// Takes the y lanes' addresses of a fold; before its first vector.
  void begin_fold(const Fold& fold, const ResultRoute& route, SramBuffer& buffer);
  /// Counts the merging of one vector.
  void count(const ResultVector& vector);
  /// The lines of a vector; kept for the next call.
  const std::vector<Line>& lines(const ResultVector& vector);
  /// Asks for the banks of a vector's words; settle() then claims them.
  void open(const ResultVector& vector) { claims_.add(banks_of(vector)); }
  /// Continues the accesses of the vectors opened last; true when the array may go on.
  bool settle(Cycle now) { return claims_.settled() || claims_.claim(*buffer_, now); }
  /// The banks of a vector's words, each as often as it is claimed.
  const std::vector<uint32_t>& banks_of(const ResultVector& vector);
  /// True when all of them can be claimed in one cycle.
  bool is_even(const ResultVector& vector);
  bool settled() const { return claims_.settled(); }
  /// The banks that words opened still wait for, in order; await() makes them so.
  const BankClaims& waiting() const { return claims_; }
  void await(const uint32_t* banks, std::size_t count) { claims_.assign(banks, count); }
  /// Of a cycle in which the array stands because the vectors opened last still have words to claim.
  void count_conflict() { buffer_->count_conflict(); }

  SramBuffer& buffer() { return *buffer_; }
  const ResultRoute& route() const { return route_; }
  /// Of the fold's y lanes.
  const std::vector<int64_t>& y_offsets() const { return y_offsets_; }

  uint64_t accesses() const { return accesses_; }
  uint64_t adds() const { return adds_; }
  void reset();

 private:
  /// The number of words that a line of the vector at hand lies in, and their numbers.
  uint64_t count_words(int64_t address);
  const std::vector<uint64_t>& words_of(int64_t address);
  void add_banks(int64_t address);

  Params params_;
  ArrayShape shape_;
  SramBuffer* buffer_ = nullptr;
  Fold fold_;
  ResultRoute route_;
  std::vector<int64_t> y_offsets_;
  bool side_by_side_ = false;  ///< y offsets are 4 bytes apart
  bool share_words_ = false;   ///< neighbours may lie in one word
  ResultVector lines_of_;      ///< whose lines are at hand, if any are
  std::vector<Line> lines_;
  std::vector<uint32_t> banks_, counts_;
  std::vector<uint64_t> words_;
  BankClaims claims_;
  uint64_t accesses_ = 0, adds_ = 0;
};

}  // namespace systole
