// Aligned blocks of whole MatMuls, in loops that vectorise: kLanes sums of each of kRows rows at once. They
// serve where all exponents of a block are such that its terms and their scale are normal numbers of fp32
// and its sum is one of int32, of formats whose products are numbers of fp32; any other sum is made by
// aligned_block(), from where the loop began.
#include <algorithm>
#include <cstring>

#include "models/number/sum/aligned_lane.h"
#include "models/number/sum/float_lanes.h"
#include "models/number/sum/lanes.h"

namespace systole {
namespace {

template <uint32_t kLanes>
using Ints = Lanes<int32_t, kLanes>;
template <uint32_t kLanes>
using Floats = Lanes<float, kLanes>;

constexpr int32_t kBias = 127, kFraction = 23;
/// Exponents of what is no finite number or zero: alone or with any other, above (below) all others.
constexpr int32_t kSpecial = 1 << 22, kZero = -(1 << 20);
/// Exponents e of a block from which on its terms may leave fp32's normal numbers: a product that underflows
/// below 2^-126 is cut to 0 as long as e - 25 > -126.
constexpr int32_t kLowest = -98, kHighest = 126;

constexpr uint32_t kRowsAtOnce = 64, kElementsAtOnce = 256;

template <class Ints>
SYSTOLE_INLINE void exponents_of(const Ints& bits, int32_t min_exponent, Ints& exponents) {
  const Ints magnitude = bits & INT32_MAX, field = magnitude >> kFraction;
  const int32_t least = min_exponent + kBias;
  const Ints own = field > least ? field : Ints{} + least;
  exponents = magnitude == 0 ? Ints{} + kZero : field == 255 ? Ints{} + kSpecial : own - kBias;
}

/// [element][lane] or [row][element], as lanes lie.
template <uint32_t kLanes>
SYSTOLE_INLINE void exponents_of(const Lane* lanes, std::size_t count, int32_t min_exponent, int32_t* out) {
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    exponents_of(lanes_at<int32_t, kLanes>(lanes + i), min_exponent,
                 *reinterpret_cast<Ints<kLanes>*>(out + i));
  }
  for (; i < count; ++i) {
    typedef int32_t One __attribute__((vector_size(4)));
    One bits{static_cast<int32_t>(lanes[i])}, exponent;
    exponents_of(bits, min_exponent, exponent);
    out[i] = exponent[0];
  }
}

/// Modulo 2^32: lanes that leave int32 are bad, and summed again with care.
template <uint32_t kLanes>
SYSTOLE_INLINE void add_to(Ints<kLanes>& sum, const Ints<kLanes>& more) {
  using Unsigned = Lanes<uint32_t, kLanes>;
  reinterpret_cast<Unsigned&>(sum) += reinterpret_cast<const Unsigned&>(more);
}

template <class Ints>
SYSTOLE_INLINE void take_larger(Ints& most, const Ints& other) {
  most = other > most ? other : most;
}

/// What the blocks of a stretch of k lie in: `exponents` beside the lanes of both operands.
struct Stretch {
  const Lane *x, *y;
  const int32_t *x_exponents, *y_exponents;  ///< [row][kElementsAtOnce], [element][kBlockLanes]
  std::size_t x_stride;
  uint32_t steps, depth;
};

/// The constants of a rule as the loop needs them.
struct Cut {
  int32_t fraction_bits;
  int32_t kept;     ///< bits of an fp32 that a result keeps
  bool near_int32;  ///< sums may leave it
};

template <uint32_t kLanes, uint32_t kRows>
SYSTOLE_INLINE void add_blocks(const Stretch& s, const Cut& cut, Floats<kLanes>* sums, Ints<kLanes>* bad) {
  using Int = Ints<kLanes>;
  using Float = Floats<kLanes>;
  const Lane *x = s.x, *y = s.y;
  const int32_t *xe = s.x_exponents, *ye = s.y_exponents;
  for (uint32_t step = 0; step < s.steps; ++step) {
    Int e[kRows], total[kRows];
    Float scale[kRows];
    for (uint32_t r = 0; r < kRows; ++r) exponents_of(reinterpret_cast<Int>(sums[r]), 1 - kBias, e[r]);
    for (uint32_t z = 0; z < s.depth; ++z) {
      const Int of_y = *reinterpret_cast<const Int*>(ye + z * kBlockLanes);
#pragma GCC unroll 4
      for (uint32_t r = 0; r < kRows; ++r) take_larger(e[r], of_y + xe[r * kElementsAtOnce + z]);
    }
    for (uint32_t r = 0; r < kRows; ++r) {
      const Int leaves = (e[r] > kHighest) | ((e[r] < kLowest) & (e[r] > kZero / 2));
      bad[r] |= leaves;
      take_larger(e[r], Int{} + kLowest);
      scale[r] = reinterpret_cast<Float>((cut.fraction_bits + kBias - e[r]) << kFraction);
      total[r] = Int{};
    }
    for (uint32_t z = 0; z < s.depth; ++z) {
      const Float of_y = *reinterpret_cast<const Float*>(y + z * kBlockLanes);
#pragma GCC unroll 4
      for (uint32_t r = 0; r < kRows; ++r) {
        const auto of_x = *reinterpret_cast<const FloatLane*>(x + r * s.x_stride + z);
        add_to<kLanes>(total[r], __builtin_convertvector(of_x * of_y * scale[r], Int));
      }
    }
    for (uint32_t r = 0; r < kRows; ++r) {
      const Int of_c = __builtin_convertvector(sums[r] * scale[r], Int);
      Int sum = total[r];
      add_to<kLanes>(sum, of_c);
      const Int sign = sum < 0;
      Int magnitude = sum ^ sign;
      add_to<kLanes>(magnitude, sign & 1);
      // Rounded to nearest, then back to what lies below.
      const Float nearest = __builtin_convertvector(magnitude, Float);
      const Int above = __builtin_convertvector(nearest, Int) > magnitude;
      if (cut.near_int32) {
        bad[r] |= ((total[r] ^ sum) & (of_c ^ sum)) < 0;
        bad[r] |= (magnitude < 0) | (magnitude > INT32_MAX - 256);
      }
      const Float below = reinterpret_cast<Float>((reinterpret_cast<Int>(nearest) + above) & cut.kept);
      const Int unit = (e[r] - cut.fraction_bits + kBias) << kFraction;
      const Float result = below * reinterpret_cast<Float>(unit);
      sums[r] = reinterpret_cast<Float>(reinterpret_cast<Int>(result) | (sum & INT32_MIN));
    }
    x += s.depth;
    xe += s.depth;
    y += s.depth * kBlockLanes;
    ye += s.depth * kBlockLanes;
  }
}

/// One lane of one row, whatever its numbers.
Lane add_with_care(const AlignedArgs& args, const Stretch& s, Lane sum) {
  for (uint32_t step = 0; step < s.steps; ++step) {
    sum = aligned_block(args, sum, s.x + step * s.depth, 1, s.y + step * s.depth * kBlockLanes, kBlockLanes,
                        s.depth);
  }
  return sum;
}

/// A panel's lanes of kRows rows, whose sums lie kBlockLanes apart.
template <uint32_t kLanes, uint32_t kRows>
SYSTOLE_INLINE void add_stretch(const AlignedArgs& args, const Stretch& s, const Cut& cut, bool all_bad,
                                Lane* sums) {
  for (uint32_t lane = 0; lane < kBlockLanes; lane += kLanes) {
    Stretch here = s;
    here.y += lane;
    here.y_exponents += lane;
    Floats<kLanes> fast[kRows];
    Ints<kLanes> bad[kRows];
    for (uint32_t r = 0; r < kRows; ++r) {
      fast[r] = lanes_at<float, kLanes>(sums + r * kBlockLanes + lane);
      bad[r] = Ints<kLanes>{} - (all_bad ? 1 : 0);
    }
    if (!all_bad) add_blocks<kLanes, kRows>(here, cut, fast, bad);
    for (uint32_t r = 0; r < kRows; ++r) {
      Lane made[kLanes];
      int32_t is_bad[kLanes];
      std::memcpy(made, &fast[r], sizeof made);
      std::memcpy(is_bad, &bad[r], sizeof is_bad);
      Lane* to = sums + r * kBlockLanes + lane;
      for (uint32_t l = 0; l < kLanes; ++l) {
        Stretch one = here;
        one.x += r * s.x_stride;
        one.y += l;
        to[l] = is_bad[l] != 0 ? add_with_care(args, one, to[l]) : made[l];
      }
    }
  }
}

template <uint32_t kLanes, uint32_t kRows>
SYSTOLE_INLINE void aligned_body(const BlockArgs& a) {
  alignas(64) int32_t x_exponents[kRowsAtOnce * kElementsAtOnce], y_exponents[kElementsAtOnce * kBlockLanes];
  alignas(64) Lane sums[kRowsAtOnce * kBlockLanes];
  const AlignedSum& rule = a.aligned.sum;
  const double most = 4.0 * a.depth * static_cast<double>(uint64_t{1} << rule.fraction_bits);
  const Cut cut = {rule.fraction_bits,
                   static_cast<int32_t>(~0U << (kFraction - std::min(rule.result_bits, kFraction))),
                   most > 0x1p30};
  const bool all_bad = rule.rounding != Rounding::toward_zero || most > 0x1p31 || a.depth > kElementsAtOnce ||
                       !a.aligned.has_short_products;
  const uint64_t steps_at_once = std::max(1U, kElementsAtOnce / a.depth);
  for (uint32_t panel = 0; panel < a.panels; ++panel) {
    for (uint64_t row = 0; row < a.rows; row += kRowsAtOnce) {
      const auto rows = static_cast<uint32_t>(std::min<uint64_t>(kRowsAtOnce, a.rows - row));
      const Lane* x = a.x + row * a.x_row_stride;
      const Lane* y = a.y + panel * a.y_panel_stride;
      Lane* dst = a.dst + row * a.dst_stride + panel * kBlockLanes;
      for (uint64_t sum = 0; sum < a.groups * ((a.group_steps + a.sum_steps - 1) / a.sum_steps); ++sum) {
        const uint64_t sums_of_group = (a.group_steps + a.sum_steps - 1) / a.sum_steps;
        uint64_t steps = std::min(a.sum_steps, a.group_steps - sum % sums_of_group * a.sum_steps);
        for (uint32_t r = 0; r < rows; ++r) {
          for (uint32_t l = 0; l < kBlockLanes; ++l)
            sums[r * kBlockLanes + l] = a.running ? dst[r * a.dst_stride + l] : 0x80000000U;
        }
        while (steps > 0) {
          const auto now = static_cast<uint32_t>(std::min(steps, steps_at_once));
          const uint32_t elements = now * a.depth;
          if (!all_bad) {
            exponents_of<kLanes>(y, elements * kBlockLanes, a.aligned.y_min_exponent, y_exponents);
            for (uint32_t r = 0; r < rows; ++r) {
              exponents_of<kLanes>(x + r * a.x_row_stride, elements, a.aligned.x_min_exponent,
                                   x_exponents + r * kElementsAtOnce);
            }
          }
          uint32_t r = 0;
          const auto stretch = [&] {
            return Stretch{x + r * a.x_row_stride,
                           y,
                           x_exponents + r * kElementsAtOnce,
                           y_exponents,
                           a.x_row_stride,
                           now,
                           a.depth};
          };
          for (; r + kRows <= rows; r += kRows)
            add_stretch<kLanes, kRows>(a.aligned, stretch(), cut, all_bad, sums + r * kBlockLanes);
          for (; r < rows; ++r)
            add_stretch<kLanes, 1>(a.aligned, stretch(), cut, all_bad, sums + r * kBlockLanes);
          x += elements;
          y += elements * kBlockLanes;
          steps -= now;
        }
        for (uint32_t r = 0; r < rows; ++r) {
          Lane* to = dst + r * a.dst_stride;
          if (a.running) {
            std::copy_n(sums + r * kBlockLanes, kBlockLanes, to);
          } else {
            add_floats(to, sums + r * kBlockLanes, kBlockLanes);
          }
        }
      }
    }
  }
}

SYSTOLE_AVX512 void block_avx512(const BlockArgs& a) { aligned_body<16, 4>(a); }
SYSTOLE_AVX2 void block_avx2(const BlockArgs& a) { aligned_body<8, 4>(a); }
void block_plain(const BlockArgs& a) { aligned_body<4, 2>(a); }

BlockKernel block(uint32_t, HostVectors width) {
  return width == HostVectors::avx512 ? block_avx512 : width == HostVectors::avx2 ? block_avx2 : block_plain;
}

/// As y: no operand is there. Converted from no format.
constexpr Lane kNoOperand = 0xFFFFFFFFU;

template <bool kSystolic>
void step_of(const StepArgs& a) {
  const std::size_t x_plane = kSystolic ? a.x_stride : 1;
  for (uint32_t i = 0; i < a.rows; ++i) {
    const Lane* y = a.y + i * a.y_row;
    for (uint32_t xl = 0; xl < a.x_lanes; ++xl) {
      const Lane* x = a.x + i * a.x_row + xl * a.depth * x_plane;
      Lane* dst = a.dst + i * a.dst_row + xl * a.dst_stride;
      for (uint32_t v = 0; v < a.width; ++v) {
        Lane operands[kMaxDepth];
        uint32_t there = 0;
        for (uint32_t z = 0; z < a.depth; ++z) {
          const Lane lane = y[z * a.y_stride + v];
          operands[z] = lane == kNoOperand ? 0 : lane;
          there += lane != kNoOperand;
        }
        if (there == 0) continue;
        dst[v] = aligned_block(a.aligned, dst[v], x + (kSystolic ? v : 0), x_plane, operands, 1, a.depth);
      }
    }
  }
}

StepKernel step(bool systolic, uint32_t) { return systolic ? step_of<true> : step_of<false>; }

}  // namespace

Arithmetic aligned_arithmetic(const Summation& summation, const ProductFormats& formats) {
  Arithmetic arithmetic = float_arithmetic(step, block);
  arithmetic.fill = kNoOperand;
  arithmetic.aligned = aligned_sum(summation, formats);
  return arithmetic;
}

}  // namespace systole
