#pragma once
// The narrow waist between the host side and the machine: instructions, operand views, tokens, and the
// stream they come in. Nothing here names a SystemC type, a layer or an algorithm.
#include <array>
#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "models/lane_program.h"
#include "models/number/format.h"

namespace systole {

/// A byte-addressed storage of the machine. The buffers come first so that they index arrays.
enum class Space : uint8_t { input, weight, output, dram };
inline constexpr int kBufferCount = 3;
inline constexpr std::array<const char*, kBufferCount + 1> kSpaceNames = {"input", "weight", "output",
                                                                          "dram"};

/// Whose bytes a transfer moves; counters and prices are kept by tensor. The exponents are those that blocks
/// of input and weight share in block-scaled formats.
enum class Tensor : uint8_t {
  input,
  weight,
  bias,
  output,
  psum,
  workspace,
  index,
  input_exponent,
  weight_exponent
};
inline constexpr int kTensorCount = 9;
inline constexpr std::array<const char*, kTensorCount> kTensorNames = {
    "input", "weight", "bias", "output", "psum", "workspace", "index", "input_exponent", "weight_exponent"};

/// Which gemm dimension lies on the rows, on the columns and in time: see compute/dataflow/traits.h.
enum class Dataflow : uint8_t { output_stationary, weight_stationary, input_stationary };

/// A unit's progress, counted in instructions. Units work in order, so "the first n are done" is a counter.
/// `matmul_read`: operands are consumed (their slots may be overwritten); `matmul_done`: results are written.
enum class Event : uint8_t { load_done, store_done, matmul_read, matmul_done, vector_done };
inline constexpr int kEventCount = 5;
inline constexpr std::array<const char*, kEventCount> kEventNames = {"load_done", "store_done", "matmul_read",
                                                                     "matmul_done", "vector_done"};

/// An instruction starts when every event has been counted at least so often since the layer began.
struct Wait {
  std::array<uint64_t, kEventCount> at_least{};
  void on(Event event, uint64_t count) {
    uint64_t& slot = at_least[static_cast<int>(event)];
    if (count > slot) slot = count;
  }
};

inline constexpr int kBoxRank = 6;

/// One side of a transfer: bytes, outermost dimension first. The innermost dimension is contiguous bytes.
struct BoxSide {
  Space space = Space::dram;
  uint64_t base = 0;
  std::array<int64_t, kBoxRank - 1> stride{};  ///< bytes, of the five outer dimensions
};

/// A strided box of bytes copied from one space to another. Exactly one side may be DRAM, or both are
/// buffers.
struct Move {
  std::array<uint32_t, kBoxRank> size{1, 1, 1, 1, 1, 1};  ///< size[5] in bytes, the rest in repetitions
  BoxSide from, to;
  Tensor tensor = Tensor::input;
  uint8_t element_bits = 32;  ///< for the counters of elements only

  uint64_t bytes() const {
    uint64_t product = 1;
    for (uint32_t extent : size) product *= extent;
    return product;
  }
};

/// One loop of an affine address: `size` steps of `stride`, bits of an operand, bytes of a result.
struct Axis {
  uint32_t size = 1;
  int64_t stride = 0;
};

/// Keeps a coordinate inside the stored tile: coordinate = origin + lane_index * lane_step + k_index *
/// k_step, a value outside [0, limit) is a padding zero made on the fly, never read. limit 0: unbounded.
struct Bound {
  int32_t origin = 0, lane_step = 0, k_step = 0, limit = 0;
};

/// Where the exponents of a block-scaled operand lie, in its buffer: one of 8 bits for each block of k[2].
/// address = base + sum lane_index*lane + k_index[0]*k[0] + k_index[1]*k[1] + k_index[2] / block*k[2], in
/// bits.
struct BlockExponents {
  int64_t base = 0;
  std::array<int64_t, 3> lane{}, k{};
};

/// A matrix operand as its feeder sees it: lanes (gemm.m of input, gemm.n of weight) by k, on a buffer.
/// A lane number is split over lane[0..2] (row-major: image, row p, column q), a k number over k[0..2] (r, s,
/// c). Addresses are in bits, as several numbers may share a byte. address = base + sum lane_index*stride +
/// sum k_index*stride. bound[0] couples lane[1] with k[0] (vertical), bound[1] lane[2] with k[1]
/// (horizontal). `base` may lie before the buffer when padding is cut off.
struct OperandView {
  Space buffer = Space::input;
  Format format = Format::fp32;
  int32_t zero_point = 0;  ///< of integers: what stands for 0; taken off each element that enters the array
  int64_t base = 0;
  std::array<Axis, 3> lane, k;
  std::array<Bound, 2> bound{};
  BlockExponents exponents = {};  ///< of a block-scaled format; an MMA step's elements lie in one block

  uint32_t block() const { return traits_of(format).block; }
  uint64_t lanes() const { return uint64_t{lane[0].size} * lane[1].size * lane[2].size; }
  uint64_t depth() const { return uint64_t{k[0].size} * k[1].size * k[2].size; }
};

/// The result tile: accumulators of 4 bytes; gemm.m split over m[0..2] as the input's lanes, gemm.n along n.
struct ResultView {
  Space buffer = Space::output;
  int64_t base = 0;
  std::array<Axis, 3> m;
  Axis n;
};

/// Where partial sums come from and go to. `accumulators` keeps them at the columns (or in the PEs) for the
/// MatMul that follows on the same result tile; what exceeds their capacity lives in the result view.
enum class PsumSource : uint8_t { none, accumulators, buffer };
enum class PsumTarget : uint8_t { accumulators, buffer };

/// Where the addresses of the input elements that a feeder generates come from, when k is several dimensions.
/// `loops`: counters along each. `computed`: unrolled from one k, at 4 divide/modulo and 4 multiply-adds an
/// element. `table`: read from memory, an offset of 4 bytes for each k.
enum class Indexing : uint8_t { loops, computed, table };

/// result(m x n) (+)= input(m x k) * weight(k x n)
struct MatMul {
  Dataflow dataflow = Dataflow::output_stationary;
  OperandView input, weight;
  ResultView result;
  Format accumulator = Format::fp32;  ///< operands become lanes of its kind
  PsumSource psum_in = PsumSource::none;
  PsumTarget psum_out = PsumTarget::buffer;
  Tensor result_tensor = Tensor::output;  ///< psum while later MatMuls add to what goes to the buffer
  /// false: every k[0] x k[1] step pads k[2] to whole MMA steps (and, where k lies on rows, to whole folds).
  /// true: k is one flattened dimension, padded once at its end.
  bool flatten_k = true;
  Indexing indexing = Indexing::loops;
  uint64_t index_base =
      0;  ///< of the table, in the input's buffer: bits of each k relative to its lane, int32

  ProductFormats formats() const { return {input.format, weight.format, accumulator}; }
};

/// Where a register of a lane program lies, relative to its item: bits, and the row and column that bounds
/// look at.
struct LaneTap {
  int64_t offset = 0;
  int32_t row = 0, col = 0;
};

using LaneTaps = std::shared_ptr<const std::vector<LaneTap>>;

/// One source or target of a vector instruction. An item is numbered over item[0..4], outermost first;
/// items[4] is the one that neighbouring lanes run along. Addresses are in bits: address = base + sum
/// item_index*stride + tap.offset. bound[0] couples item[2] with tap.row, bound[1] item[3] with tap.col:
/// outside of them a source reads zero without an access, a target keeps nothing.
struct LaneView {
  Space buffer = Space::input;
  int64_t base = 0;
  std::array<int64_t, 5> stride{};
  std::array<Bound, 2> bound{};
  LaneTaps taps;                 ///< none: one, at the item itself
  uint32_t numbers = 1;          ///< that lie side by side at each tap, a register each: 1 or 2
  Format format = Format::fp32;  ///< of its elements, which become lanes of their kind and back
  Tensor tensor = Tensor::input;

  uint32_t tap_count() const { return taps == nullptr ? 1 : static_cast<uint32_t>(taps->size()); }
  uint32_t registers() const { return tap_count() * numbers; }
  LaneTap tap(uint32_t index) const { return taps == nullptr ? LaneTap() : (*taps)[index]; }
  uint32_t element_bits() const { return traits_of(format).bits; }
};

inline constexpr uint32_t kMostSources = 4, kMostTargets = 2;

/// Runs a lane program on every item. The registers of the sources come in one after the other, tap by tap;
/// those that go out are parted among the targets in the same way.
struct Vector {
  std::shared_ptr<const LaneProgram> program;
  std::array<uint32_t, 5> items{1, 1, 1, 1, 1};
  uint32_t source_count = 1, target_count = 1;
  std::array<LaneView, kMostSources> sources;
  std::array<LaneView, kMostTargets> targets;

  uint64_t count() const { return uint64_t{items[0]} * items[1] * items[2] * items[3] * items[4]; }
  LaneView& source() { return sources[0]; }
  LaneView& target() { return targets[0]; }
  const LaneView& target() const { return targets[0]; }
};

/// Nothing after it is issued before everything ahead of it is done.
struct Barrier {};

enum class Unit : uint8_t { load, store, matmul, vector };
inline constexpr int kUnitCount = 4;
inline constexpr std::array<const char*, kUnitCount> kUnitNames = {"load", "store", "matmul", "vector"};
/// What a unit counts when an instruction of its own is done.
constexpr Event done_event(Unit unit) {
  constexpr Event kEvents[kUnitCount] = {Event::load_done, Event::store_done, Event::matmul_done,
                                         Event::vector_done};
  return kEvents[static_cast<int>(unit)];
}
inline constexpr int kBarrierUnit = kUnitCount;  ///< see Instruction::unit()

struct Load {
  Move move;
};
struct Store {
  Move move;
};

/// Which tile an instruction works for, for those who watch; the machine never looks at it. `stage` of those
/// that run on the machine, then the first group and the indices of the gemm's tile; a transform counts its
/// blocks in `m`.
struct TileTag {
  uint32_t stage = 0, group = 0, m = 0, n = 0, k = 0;
};

struct Instruction {
  Wait wait;
  std::variant<Load, Store, MatMul, Vector, Barrier> op;
  TileTag tile = {};

  /// The unit that carries it out, or kBarrierUnit.
  int unit() const {
    constexpr int kUnits[] = {static_cast<int>(Unit::load), static_cast<int>(Unit::store),
                              static_cast<int>(Unit::matmul), static_cast<int>(Unit::vector), kBarrierUnit};
    static_assert(sizeof kUnits / sizeof *kUnits == std::variant_size_v<decltype(op)>);
    return kUnits[op.index()];
  }
};

/// A program, pulled one instruction at a time; its memory must not grow with its length.
class InstructionSource {
 public:
  virtual ~InstructionSource() = default;
  /// Fills `instruction` and returns true, or returns false at the end of the program.
  virtual bool next(Instruction& instruction) = 0;
};

}  // namespace systole
