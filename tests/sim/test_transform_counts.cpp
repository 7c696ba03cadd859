// Operations of the transforming algorithms on the smallest machine, one scalar PE, against counts made by
// hand: a sum of k products is k multiplies and k - 1 adds, a factor +-2^i a shift.
#include <catch2/catch.hpp>

#include "tests/sim/layer_fixture.h"
#include "tests/unit/reference_cases.h"

namespace systole::test {
namespace {

using Counts = std::vector<uint64_t>;

struct Ops {
  Counts array;   ///< multiplies, adds
  Counts vector;  ///< multiplies, adds, shifts, other
  bool operator==(const Ops& other) const { return array == other.array && vector == other.vector; }
};

std::ostream& operator<<(std::ostream& out, const Ops& ops) {
  for (uint64_t count : ops.array) out << count << ' ';
  for (uint64_t count : ops.vector) out << "| " << count << ' ';
  return out;
}

class SmallestMachine {
 public:
  SmallestMachine()
      : params_(machine(1, 1, {}, Interconnect::systolic, true, {64 << 10, 16, 1, 64, 2})),
        options_(options_for(params_)),
        machine_(params_) {}

  Ops ops(Layer layer, const char* algorithm, bool pretransformed = false) {
    layer.algorithm = algorithm;
    layer.transform.pretransformed = pretransformed;
    const LayerRun run = run_layer(machine_, options_, layer);
    CHECK(run.failure == "");
    const auto& counted = run.results["ops"];
    const auto vector = [&](const char* count) {
      return counted["vector_fp32"][count].get<uint64_t>() + counted["vector_int32"][count].get<uint64_t>();
    };
    return {{counted["array"]["multiplies"], counted["array"]["adds"]},
            {vector("multiplies"), vector("adds"), vector("shifts"), vector("other")}};
  }

 private:
  AcceleratorParams params_;
  RunOptions options_;
  Accelerator machine_;
};

Layer one_tile(const ConvShape& shape, uint32_t m, Format format = Format::fp32) {
  Layer layer = conv_layer("one_tile", shape, format);
  layer.transform.winograd_m = m;
  if (format == Format::int8) layer.data.kind = DataKind::integers;
  return layer;
}

Layer square_gemm(uint32_t side, uint32_t levels, StrassenForm form = StrassenForm::strassen) {
  Layer layer = gemm_layer("square", {1, side, side, side, false, false});
  layer.transform.strassen_levels = levels;
  layer.transform.strassen_form = form;
  return layer;
}

}  // namespace

// Data x0 - x2, x1 + x2, x2 - x1, x1 - x3: 4. Filter g0, (g0 +- g1 + g2) / 2, g2: 4 and 2 halvings. Inverse,
// 2 rows of 3: 4. The tile's products have a k of 1: no adds.
TEST_CASE("counts: F(2,3) in one dimension") {
  SmallestMachine machine;
  const Layer layer = one_tile({1, 1, 1, 1, 4, 1, 1, 3}, 2);
  CHECK(machine.ops(layer, "direct") == Ops{{6, 4}, {0, 0, 0, 0}});
  for (const char* algorithm : {"winograd", "winograd_nonfused"}) {
    INFO(algorithm);
    CHECK(machine.ops(layer, algorithm) == Ops{{4, 0}, {0, 12, 2, 0}});
    CHECK(machine.ops(layer, algorithm, true) == Ops{{4, 0}, {0, 8, 0, 0}});
  }
}

// As above on columns, then on rows: data 4 and 4 passes of 4 adds; filter 3 and 4 passes of 4 adds and 2
// halvings; inverse 4 and 2 passes of 4 adds.
TEST_CASE("counts: F(2x2,3x3)") {
  SmallestMachine machine;
  const Layer layer = one_tile({1, 1, 1, 4, 4, 1, 3, 3}, 2);
  CHECK(machine.ops(layer, "direct") == Ops{{36, 32}, {0, 0, 0, 0}});
  for (const char* algorithm : {"winograd", "winograd_nonfused"}) {
    INFO(algorithm);
    CHECK(machine.ops(layer, algorithm) == Ops{{16, 0}, {0, 32 + 28 + 24, 14, 0}});
    CHECK(machine.ops(layer, algorithm, true) == Ops{{16, 0}, {0, 32 + 24, 0, 0}});
  }
}

// A data pass: rows (4 -5 1) twice: 2 adds, a shift and a multiply by 5; (4 4 -1 -1) and (2 1 -2 -1) twice
// each: 3 adds and 2 shifts; 6 + 6 passes. A filter pass: a quarter; twice a sixth of a sum of 3; twice 1/24
// of (1 2 4), 2 shifts; one tap as it is: 8 adds, 5 shifts, 4 multiplies; 3 + 6 passes. An inverse pass: 14
// adds and 6 shifts; 6 + 4 passes.
TEST_CASE("counts: F(4x4,3x3)") {
  SmallestMachine machine;
  const Layer layer = one_tile({1, 1, 1, 6, 6, 1, 3, 3}, 4);
  CHECK(machine.ops(layer, "direct") == Ops{{144, 128}, {0, 0, 0, 0}});
  for (const char* algorithm : {"winograd", "winograd_nonfused"}) {
    INFO(algorithm);
    CHECK(machine.ops(layer, algorithm) ==
          Ops{{36, 0}, {12 * 2 + 9 * 4, 12 * 16 + 9 * 8 + 10 * 14, 12 * 10 + 9 * 5 + 10 * 6, 0}});
    CHECK(machine.ops(layer, algorithm, true) ==
          Ops{{36, 0}, {12 * 2, 12 * 16 + 10 * 14, 12 * 10 + 10 * 6, 0}});
  }
}

// In integers the filter's halves become doubles of its other rows: 2 shifts a pass as before, and outputs
// come out twice as large along an axis. They are halved, or quartered, by one shift each.
TEST_CASE("counts: F(2,3) and F(2x2,3x3) of int8") {
  SmallestMachine machine;
  const Layer line = one_tile({1, 1, 1, 1, 4, 1, 1, 3}, 2, Format::int8);
  const Layer square = one_tile({1, 1, 1, 4, 4, 1, 3, 3}, 2, Format::int8);
  CHECK(machine.ops(square, "direct") == Ops{{36, 32}, {0, 0, 0, 0}});
  for (const char* algorithm : {"winograd", "winograd_nonfused"}) {
    INFO(algorithm);
    CHECK(machine.ops(line, algorithm) == Ops{{4, 0}, {0, 4 + 4 + 4, 2 + 2, 0}});
    CHECK(machine.ops(line, algorithm, true) == Ops{{4, 0}, {0, 4 + 4, 2, 0}});
    CHECK(machine.ops(square, algorithm) == Ops{{16, 0}, {0, 32 + 28 + 24, 14 + 4, 0}});
    CHECK(machine.ops(square, algorithm, true) == Ops{{16, 0}, {0, 32 + 24, 4, 0}});
  }
}

// Data and inverse as in fp32, their matrices being whole. A filter pass, times 24: 6 of a tap; twice 4 of a
// sum of 3, a shift; twice (1 2 4), 2 shifts; 24 of a tap: 8 adds, 6 shifts, 2 multiplies. The 16 outputs
// come out 576 times as large and are divided once.
TEST_CASE("counts: F(4x4,3x3) of int8") {
  SmallestMachine machine;
  const Layer layer = one_tile({1, 1, 1, 6, 6, 1, 3, 3}, 4, Format::int8);
  for (const char* algorithm : {"winograd", "winograd_nonfused"}) {
    INFO(algorithm);
    CHECK(machine.ops(layer, algorithm) ==
          Ops{{36, 0}, {12 * 2 + 9 * 2, 12 * 16 + 9 * 8 + 10 * 14, 12 * 10 + 9 * 6 + 10 * 6, 16}});
    CHECK(machine.ops(layer, algorithm, true) ==
          Ops{{36, 0}, {12 * 2, 12 * 16 + 10 * 14, 12 * 10 + 10 * 6, 16}});
  }
}

// T(l) = 18 * 4^(l - 1) + 7 T(l - 1): 18, 198, 1674. Of these the right operands: 5, 5 * 4 + 7 * 5 = 55,
// 5 * 16 + 7 * 55 = 465. Winograd's form: 15, 15 * 4 + 7 * 15 = 165, of which 4 and 4 * 4 + 7 * 4 = 44.
TEST_CASE("counts: Strassen's products") {
  SmallestMachine machine;
  CHECK(machine.ops(square_gemm(2, 1), "direct") == Ops{{8, 4}, {0, 0, 0, 0}});
  CHECK(machine.ops(square_gemm(2, 1), "strassen") == Ops{{7, 0}, {0, 18, 0, 0}});
  CHECK(machine.ops(square_gemm(2, 1), "strassen", true) == Ops{{7, 0}, {0, 13, 0, 0}});
  CHECK(machine.ops(square_gemm(4, 2), "strassen") == Ops{{49, 0}, {0, 198, 0, 0}});
  CHECK(machine.ops(square_gemm(4, 2), "strassen", true) == Ops{{49, 0}, {0, 198 - 55, 0, 0}});
  CHECK(machine.ops(square_gemm(8, 3), "strassen") == Ops{{343, 0}, {0, 1674, 0, 0}});
  CHECK(machine.ops(square_gemm(8, 3), "strassen", true) == Ops{{343, 0}, {0, 1674 - 465, 0, 0}});
  Layer integers = square_gemm(4, 2);
  integers.format = Format::int8;
  integers.data.kind = DataKind::integers;
  CHECK(machine.ops(integers, "strassen") == Ops{{49, 0}, {0, 198, 0, 0}});
  const StrassenForm form = StrassenForm::winograd;
  CHECK(machine.ops(square_gemm(2, 1, form), "strassen") == Ops{{7, 0}, {0, 15, 0, 0}});
  CHECK(machine.ops(square_gemm(2, 1, form), "strassen", true) == Ops{{7, 0}, {0, 11, 0, 0}});
  CHECK(machine.ops(square_gemm(4, 2, form), "strassen") == Ops{{49, 0}, {0, 165, 0, 0}});
  CHECK(machine.ops(square_gemm(4, 2, form), "strassen", true) == Ops{{49, 0}, {0, 165 - 44, 0, 0}});
}

// Odd sides are completed: 7 products of 2x2x2 are 56 multiplies and 28 adds; 18 sums of 4 elements, and the
// bias of the 9 results that exist.
TEST_CASE("counts: Strassen's products of an odd size") {
  SmallestMachine machine;
  Layer layer = square_gemm(3, 1);
  CHECK(machine.ops(layer, "strassen") == Ops{{56, 28}, {0, 72, 0, 0}});
  layer.bias = true;
  CHECK(machine.ops(layer, "strassen") == Ops{{56, 28}, {0, 72 + 9, 0, 0}});
}

// The 16 points of F(2x2,3x3) are 16 matrix products of 2 tiles by 2 filters by 2 channels: Strassen makes 7
// * 16 multiplies of them instead of 8 * 16, and 18 * 16 adds. Two windows of a 2x1 filter on two channels
// are a gemm of 2 x 2 x 4: 7 products of 1 x 1 x 2 with 7 adds, sums of 2 elements for the operands.
TEST_CASE("counts: Strassen's products inside other algorithms") {
  SmallestMachine machine;
  Layer layer = one_tile({1, 1, 2, 4, 6, 2, 3, 3}, 2);
  const Ops plain = machine.ops(layer, "winograd_nonfused");
  CHECK(plain.array == Counts{16 * 8, 16 * 4});
  layer.transform.gemm = GemmMethod::strassen;
  Ops expected = plain;
  expected.array = {16 * 7, 0};
  expected.vector[1] += 16 * 18;
  CHECK(machine.ops(layer, "winograd_nonfused") == expected);
  expected.vector[1] -= 16 * 5 + 28 * 4;  // both transforms of the 4 filters' channels are done ahead
  expected.vector[2] = 0;
  CHECK(machine.ops(layer, "winograd_nonfused", true) == expected);

  Layer toeplitz = conv_layer("toeplitz", {1, 1, 2, 3, 1, 2, 2, 1});
  CHECK(machine.ops(toeplitz, "explicit_gemm") == Ops{{16, 12}, {0, 0, 0, 0}});
  toeplitz.transform.gemm = GemmMethod::strassen;
  const Ops both{{14, 7}, {0, 2 * 5 + 2 * 5 + 8, 0, 0}};
  CHECK(machine.ops(toeplitz, "explicit_gemm") == both);
  CHECK(machine.ops(toeplitz, "strassen") == both);
}

}  // namespace systole::test
