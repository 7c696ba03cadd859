// Rounding errors of transforming algorithms in fp32, against sums in double precision.
#include <catch2/catch.hpp>
#include <cmath>

#include "sim/reference/bound.h"
#include "sim/reference/staged.h"
#include "tests/sim/layer_fixture.h"
#include "tests/unit/reference_cases.h"
#include "tests/unit/reference_naive.h"

namespace systole::test {
namespace {

/// Docs: algorithms.md shows these errors.
Layer layer_of_64_channels() {
  return conv_layer("errors", {1, 1, 64, 14, 14, 16, 3, 3, {1, 1}, {1, 1}, {1, 1, 1, 1}});
}

struct Errors {
  double largest = 0, rms = 0;  ///< of the rms output
  double of_bound = 0;          ///< the largest share of its bound
};

std::ostream& operator<<(std::ostream& out, const Errors& errors) {
  return out << "rms " << errors.rms << ", largest " << errors.largest << ", of its bound "
             << errors.of_bound;
}

class ErrorMeter {
 public:
  explicit ErrorMeter(const Layer& layer)
      : params_(machine(8, 8, {}, Interconnect::systolic, true, {64 << 10, 16, 1, 64, 2})),
        options_(options_for(params_)),
        machine_(params_),
        data_(make_tensors(layer, make_problem(layer), options_.seed)),
        exact_(naive_outputs<float>(layer, data_, [](const auto& factors) {
          double sum = 0;
          for (const auto& f : factors) sum += double{f.input} * f.weight;
          return sum;
        })) {}

  Errors measure(const Layer& layer) {
    const LayerRun run = run_layer(machine_, options_, layer);
    CHECK(run.failure == "");
    const std::vector<float> outputs = numbers<float>(run.output);
    REQUIRE(outputs.size() == exact_.size());
    const PlannedLayer planned = plan_layer(options_, layer);
    StagedMagnitudes staged;
    if (!planned.lowered.stages.empty()) {
      DramLayout layout = planned.lowered.layout;
      layout.total_bytes = std::max(layout.total_bytes, planned.lowered.reference_bytes);
      staged = staged_magnitudes(planned.lowered.stages, layout, planned.problem, data_, 1);
    }
    const ErrorBound bound(planned.problem, staged.roundings);
    Errors errors;
    double squares = 0, powers = 0;
    for (size_t i = 0; i < exact_.size(); ++i) {
      const double error = std::fabs(outputs[i] - exact_[i]);
      squares += error * error;
      powers += exact_[i] * exact_[i];
      errors.largest = std::max(errors.largest, error);
      if (staged.roundings > 0)
        errors.of_bound = std::max(errors.of_bound, error / bound.tolerance(0, 0, staged.outputs[i]));
    }
    const double rms_output = std::sqrt(powers / static_cast<double>(exact_.size()));
    errors.rms = std::sqrt(squares / static_cast<double>(exact_.size())) / rms_output;
    errors.largest /= rms_output;
    return errors;
  }

 private:
  AcceleratorParams params_;
  RunOptions options_;
  Accelerator machine_;
  TensorData data_;
  std::vector<double> exact_;
};

}  // namespace

TEST_CASE("errors of Winograd's tiles grow with the tile and stay within their bound") {
  Layer layer = layer_of_64_channels();
  ErrorMeter meter(layer);
  layer.algorithm = "direct";
  const Errors direct = meter.measure(layer);
  UNSCOPED_INFO("direct: " << direct);
  layer.algorithm = "winograd_nonfused";
  Errors before;
  for (uint32_t m : {2, 3, 4, 6}) {
    layer.transform.winograd_m = m;
    const Errors errors = meter.measure(layer);
    UNSCOPED_INFO("m " << m << ": " << errors);
    CHECK(errors.of_bound <= 1);
    CHECK(errors.rms > before.rms);
    CHECK(errors.largest > before.largest);
    before = errors;
  }
  CHECK(before.rms > direct.rms);
}

// A transform of n passes a value through about log n roundings, and
// its constants are no larger than 1.
TEST_CASE("errors of Fourier transforms stay within their bound and hardly grow with the tile") {
  Layer layer = layer_of_64_channels();
  ErrorMeter meter(layer);
  layer.algorithm = "winograd_nonfused";
  layer.transform.winograd_m = 4;
  const Errors winograd = meter.measure(layer);
  layer.algorithm = "fft_tiling";
  for (ComplexProducts products : {ComplexProducts::standard, ComplexProducts::gauss}) {
    layer.transform.products = products;
    for (uint32_t n : {4, 8, 16}) {
      layer.transform.fft_n = n;
      const Errors errors = meter.measure(layer);
      UNSCOPED_INFO("products " << static_cast<int>(products) << ", n " << n << ": " << errors);
      CHECK(errors.of_bound <= 1);
      CHECK(errors.rms < winograd.rms);
    }
    layer.algorithm = "fft";
    const Errors errors = meter.measure(layer);
    UNSCOPED_INFO("products " << static_cast<int>(products) << ", image: " << errors);
    CHECK(errors.of_bound <= 1);
    CHECK(errors.rms < winograd.rms);
    layer.algorithm = "fft_tiling";
  }
}

TEST_CASE("errors of Strassen's products grow with the levels and stay within their bound") {
  Layer layer = layer_of_64_channels();
  ErrorMeter meter(layer);
  layer.algorithm = "strassen";
  for (StrassenForm form : {StrassenForm::strassen, StrassenForm::winograd}) {
    layer.transform.strassen_form = form;
    Errors before;
    for (uint32_t levels = 1; levels <= 3; ++levels) {
      layer.transform.strassen_levels = levels;
      const Errors errors = meter.measure(layer);
      UNSCOPED_INFO("form " << static_cast<int>(form) << ", levels " << levels << ": " << errors);
      CHECK(errors.rms > before.rms);
      CHECK(errors.of_bound <= 1);
      before = errors;
    }
  }
}

}  // namespace systole::test
