// What the Fourier algorithms do, by the counters of the smallest machine: one scalar PE, three lanes.
#include <catch2/catch.hpp>
#include <cstring>

#include "sim/lowering/stage/staged_layer.h"
#include "sim/lowering/transform/fft_program.h"
#include "sim/run/simulate_layer.h"
#include "tests/sim/layer_fixture.h"

namespace systole::test {
namespace {

AcceleratorParams smallest() {
  return machine(1, 1, {1, 1, 1, 1}, Interconnect::systolic, true, {64 << 10, 4, 1, 64, 2});
}

Layer conv(const char* algorithm, ComplexProducts products, const ConvShape& shape) {
  Layer layer;
  layer.name = "fourier";
  layer.conv = shape;
  layer.algorithm = algorithm;
  layer.transform.products = products;
  return layer;
}

/// One tile of 4 x 4 gives all 2 x 2 outputs of a 3 x 3 filter.
Layer one_tile(ComplexProducts products) {
  Layer layer = conv("fft_tiling", products, {1, 1, 1, 4, 4, 1, 3, 3});
  layer.transform.fft_n = 4;
  return layer;
}

/// Ragged on all sides, in two groups, two images.
Layer ragged(const char* algorithm, ComplexProducts products, uint32_t filters) {
  Layer layer = conv(algorithm, products, {2, 2, 6, 7, 5, filters, 3, 2, {1, 1}, {1, 1}, {1, 0, 1, 2}});
  layer.transform.fft_n = 4;
  return layer;
}

struct Run {
  ArrayStats array;
  VectorStats vector;
  DmaStats load, store;
};

/// All on one machine: SystemC elaborates once a process.
Run run(const Layer& layer) {
  static Accelerator machine(smallest());
  const LayerRun run = run_layer(machine, options_for(smallest()), layer);
  CHECK(run.failure == "");
  return {run.stats.array, run.stats.vector, run.stats.load, run.stats.store};
}

uint64_t sum(const DmaStats& dma) {
  uint64_t bytes = 0;
  for (uint64_t of_tensor : dma.bytes) bytes += of_tensor;
  return bytes;
}

uint64_t bytes(const DmaStats& dma, Tensor tensor) { return dma.bytes[static_cast<size_t>(tensor)]; }

/// Operations of the vector unit.
struct Ops {
  uint64_t multiplies = 0, adds = 0, shifts = 0, other = 0;

  void add(const LaneProgram& program, uint64_t items) {
    const LaneCounts counts = program.counts();
    multiplies += items * counts.multiplies;
    adds += items * counts.adds;
    shifts += items * counts.shifts;
    other += items * counts.other;
  }
};

Ops operator-(const VectorStats& all_a, const VectorStats& all_b) {
  const LaneCounts &a = all_a.fp32, &b = all_b.fp32;
  return {a.multiplies - b.multiplies, a.adds - b.adds, a.shifts - b.shifts, a.other - b.other};
}

bool operator==(const Ops& a, const Ops& b) {
  return a.multiplies == b.multiplies && a.adds == b.adds && a.shifts == b.shifts && a.other == b.other;
}

constexpr ComplexProducts kStandard = ComplexProducts::standard, kGauss = ComplexProducts::gauss;

StageSide line(Tensor tensor, uint64_t base, uint32_t values) {
  StageSide side;
  side.tensor = tensor;
  side.base = base;
  side.horizontal = StageAxis::planes(values, 0, 1);
  return side;
}

}  // namespace

// (a + bi)(c + di): a + b once for the input, d - c and c + d once for the filter; c (a + b), a (d - c) and
// b (c + d) on the array; k1 - k3 and k1 + k2.
TEST_CASE("Gauss: an isolated complex product takes 3 multiplies and 5 additions") {
  Layer layer = conv("fft_tiling", kGauss, {1, 1, 1, 1, 3, 1, 1, 2});  // brings two weights, two outputs
  layer.data.kind = DataKind::integers;
  const AcceleratorParams params = smallest();
  const LoweringRequest request{layer, params, Dataflow::output_stationary, Residency::dram};
  StagedLayer staged(request);
  const uint64_t x = staged.workspace(12), w = staged.workspace(12), y = staged.workspace(12);
  const auto transform = [](BinForm form, const StageSide& source, const StageSide& target) {
    TransformStage stage;
    stage.name = "form";
    stage.program = std::make_shared<LaneProgram>(bin_program(form));
    stage.source = source;
    stage.target = target;
    return stage;
  };
  ProductStage product;
  product.name = "product";
  product.problem = batched_product(staged.problem.formats.input, 3, 1, 1, 1);
  product.layout.input = x;
  product.layout.weight = w;
  product.layout.output = y;
  product.layout.names = {Tensor::workspace, Tensor::workspace, Tensor::workspace};
  staged.stages = {transform(BinForm::gauss_input, line(Tensor::input, staged.layout.input, 2),
                             line(Tensor::workspace, x, 3)),
                   transform(BinForm::gauss_filter, line(Tensor::weight, staged.layout.weight, 2),
                             line(Tensor::workspace, w, 3)),
                   product,
                   transform(BinForm::gauss_product, line(Tensor::workspace, y, 3),
                             line(Tensor::output, staged.layout.output, 2))};
  const RunOptions options = options_for(params);
  PlannedLayer planned{
      layer, find_algorithm(layer.algorithm), staged.problem, request.dataflow, lower_staged(request, staged),
      0};
  Accelerator machine(params);
  const SimulatedLayer simulated = simulate_layer(machine, planned, options);
  CHECK(simulated.stats.array.multiplies == 3);
  CHECK(simulated.stats.array.adds == 0);
  CHECK(simulated.stats.vector.fp32.adds == 5);
  CHECK(simulated.stats.vector.fp32.multiplies + simulated.stats.vector.fp32.shifts +
            simulated.stats.vector.fp32.other ==
        0);
  const auto value = [](const std::vector<uint8_t>& tensor, size_t i) {
    float f;
    std::memcpy(&f, tensor.data() + 4 * i, 4);
    return f;
  };
  const float a = value(simulated.data.input, 0), b = value(simulated.data.input, 1),
              c = value(simulated.data.weight, 0), d = value(simulated.data.weight, 1);
  CHECK(value(simulated.output, 0) == a * c - b * d);
  CHECK(value(simulated.output, 1) == a * d + b * c);
}

// 4 * 3 of the tile's 16 bins, each 4 multiplies; 24 results of 2 products each.
// Data: 6 lines of reals (6 additions each), one column of complex numbers (16), the zero (1). -Im costs a
// negation in the 4 bins of column 1 and in one of the two conjugates of columns 0 and 2.
// Filter: 3 rows of 3 (4 each), columns 0 and 2 alike, column 1 twice that and 4 more, the zero; its factors
// 1/16 and 1/8 are shifts of the 4 + 8 + 4 different values; a negation in columns 0 and 2.
TEST_CASE("A 4 x 4 tile multiplies 12 of its 16 bins") {
  const Run standard = run(one_tile(kStandard));
  CHECK(standard.array.multiplies == 4 * 12);
  CHECK(standard.array.adds == 24);
  const FftWindow outputs{2, 2};
  const LaneCounts inverse = inverse_tile_fft_program({4, outputs, outputs, BinForm::complex, true}).counts();
  CHECK(standard.vector.fp32.adds == (6 * 6 + 16 + 1) + (3 * 4 + 2 * 4 + 2 * 4 + 4 + 1) + inverse.adds);
  CHECK(standard.vector.fp32.shifts == 16 + inverse.shifts);
  CHECK(standard.vector.fp32.multiplies == 0);
  CHECK(standard.vector.fp32.other == 6 + 2 + inverse.other);

  const Run gauss = run(one_tile(kGauss));
  CHECK(gauss.array.multiplies == 3 * 12);
  CHECK(gauss.array.adds == 0);
}

// Sums over C channels in the frequency domain: 2 C - 1 additions for each of 2 results a bin, or C - 1 for
// each of 3.
TEST_CASE("Gauss saves a quarter of the array's multiplies") {
  // fft_tiling: 2 images of 4 x 2 tiles of 12 bins; fft: 2 images of 9 x 7 -> 9 x 8, 9 * 5 bins.
  for (const auto& [name, bins] : {std::pair{"fft_tiling", 2 * 4 * 2 * 12}, {"fft", 2 * 9 * 5}}) {
    CAPTURE(name);
    constexpr uint32_t kGroups = 2, kC = 3, kM = 4;
    const Run standard = run(ragged(name, kStandard, kGroups * kM)),
              gauss = run(ragged(name, kGauss, kGroups * kM));
    CHECK(standard.array.multiplies == 4 * bins * kGroups * kC * kM);
    CHECK(gauss.array.multiplies == 3 * bins * kGroups * kC * kM);
    CHECK(standard.array.adds == 2 * bins * kGroups * kM * (2 * kC - 1));
    CHECK(gauss.array.adds == 3 * bins * kGroups * kM * (kC - 1));
  }
}

TEST_CASE("Inputs are transformed once, however many filters there are") {
  for (const char* name : {"fft_tiling", "fft"}) {
    CAPTURE(name);
    const auto ahead = [&](uint32_t filters) {
      Layer layer = ragged(name, kStandard, filters);
      layer.transform.pretransformed = true;
      return run(layer);
    };
    const Run two = ahead(2), four = ahead(4), ten = ahead(10);
    const Ops per_two = four.vector - two.vector;
    CHECK(ten.vector - four.vector ==
          Ops{3 * per_two.multiplies, 3 * per_two.adds, 3 * per_two.shifts, 3 * per_two.other});
    CHECK(two.vector.fp32.adds > per_two.adds);  // what is left is the inputs'
    for (const Run* r : {&two, &four, &ten}) CHECK(bytes(r->load, Tensor::input) >= 2 * 6 * 7 * 5 * 4);
    CHECK(bytes(two.load, Tensor::input) == bytes(ten.load, Tensor::input));
  }
}

TEST_CASE("Filters transformed ahead of time cost no operation and no byte but their reading") {
  constexpr uint64_t kFilters = 8, kC = 3, kFilterBytes = kFilters * kC * 3 * 2 * 4;
  for (const ComplexProducts products : {kStandard, kGauss}) {
    const uint64_t parts = products == kGauss ? 3 : 2;
    const BinForm form = products == kGauss ? BinForm::gauss_filter : BinForm::standard_filter;
    for (const bool tiles : {true, false}) {
      CAPTURE(parts, tiles);
      Layer layer = ragged(tiles ? "fft_tiling" : "fft", products, kFilters);
      const Run at_run_time = run(layer);
      layer.transform.pretransformed = true;
      const Run ahead = run(layer);
      // fft: rows of 9 x 8 have 5 bins.
      Ops filters;
      uint64_t spectra = 0, rows = 0;
      if (tiles) {
        filters.add(tile_fft_program({4, {0, 3}, {0, 2}, form, true}), kFilters * kC);
        spectra = kFilters * kC * 12 * parts * 4;
      } else {
        filters.add(real_fft_program(8, {0, 2}, FftBins::half), kFilters * kC * 3);
        filters.add(complex_fft_program(9, {0, 3}, form), kFilters * kC * 5);
        spectra = kFilters * kC * 45 * parts * 4;
        rows = kFilters * kC * 3 * 5 * 2 * 4;
      }
      CHECK(at_run_time.vector - ahead.vector == filters);
      CHECK(ahead.array.multiplies == at_run_time.array.multiplies);
      CHECK(sum(at_run_time.load) - sum(ahead.load) == kFilterBytes + rows);
      CHECK(sum(at_run_time.store) - sum(ahead.store) == spectra + rows);
      CHECK(bytes(at_run_time.load, Tensor::weight) == kFilterBytes);
      CHECK(bytes(ahead.load, Tensor::weight) >= spectra);
    }
  }
}

// Standard products take apart into four of matrices, whose sums are two additions a result in the inverse
// instead of additions in the array; nothing of an operand's second copy is computed.
TEST_CASE("Products of bins go through Strassen's products, too") {
  for (const ComplexProducts products : {kStandard, kGauss}) {
    for (const char* name : {"fft_tiling", "fft"}) {
      CAPTURE(name);
      Layer layer = ragged(name, products, 8);
      const Run plain = run(layer);
      layer.transform.gemm = GemmMethod::strassen;
      CHECK(6 * run(layer).array.multiplies == 7 * plain.array.multiplies);
    }
  }
}

}  // namespace systole::test
