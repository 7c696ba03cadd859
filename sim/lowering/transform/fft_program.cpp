#include "sim/lowering/transform/fft_program.h"

#include <stdexcept>

#include "sim/lowering/transform/bin_form.h"

namespace systole {
namespace {

using Signal = std::vector<ComplexTerm>;
using Terms = std::vector<LaneTerm>;

void check(uint32_t n, FftWindow window) {
  if (n < 2 || !dft_size(n)) throw std::invalid_argument("a Fourier transform's size must be 2^a 3^b 5^c");
  if (window.count == 0 || window.first >= n || window.count > n - window.first) {
    throw std::invalid_argument("a Fourier transform's window must lie inside of it");
  }
}

void append(Terms& terms, const Signal& bins, size_t count) {
  for (size_t k = 0; k < count; ++k) terms.insert(terms.end(), {bins[k].re, bins[k].im});
}

bool self_conjugate(uint32_t n, uint32_t k) { return k == 0 || 2 * k == n; }

/// The n bins of the given half, whose own conjugates are made real.
Signal half_spectrum(uint32_t n, Signal bins) {
  bins.resize(n / 2 + 1);
  for (uint32_t k = 0; k <= n / 2; ++k) {
    if (self_conjugate(n, k)) bins[k].im = {};
  }
  return bins;
}

Signal input_bins(LaneGraph& graph, uint32_t n, FftBins form) {
  Signal bins(form == FftBins::full ? n : n / 2 + 1);
  for (ComplexTerm& bin : bins) {
    bin.re = graph.input();
    if (form != FftBins::packed) bin.im = graph.input();
  }
  for (uint32_t k = 1; form == FftBins::packed && 2 * k < n; ++k) bins[k].im = graph.input();
  return half_spectrum(n, bins);
}

/// The reals of a half spectrum whose bins are all scaled by `factor`.
Terms inverse_real(LaneGraph& graph, uint32_t n, Signal bins, float factor) {
  for (uint32_t k = 0; k <= n / 2; ++k) {
    const float by = bin_weight(n, k) * factor;
    bins[k] = {graph.scale(bins[k].re, by), graph.scale(bins[k].im, by)};
  }
  return weighted_inverse(graph, n, bins);
}

float reciprocal(uint32_t n) { return static_cast<float>(1.0 / n); }

float reciprocal(const TileFft& tile) {
  return static_cast<float>(1.0 / (static_cast<double>(tile.n) * tile.height()));
}

void check(const TileFft& tile) {
  check(tile.n, tile.cols);
  if (!tile.line) return check(tile.n, tile.rows);
  if (tile.rows.first != 0 || tile.rows.count != 1) throw std::invalid_argument("a line has one row");
}

}  // namespace

uint32_t next_fourier_size(uint32_t least) {
  uint32_t n = least < 2 ? 2 : least;
  while (!dft_size(n)) ++n;
  return n;
}

LaneProgram real_fft_program(uint32_t n, FftWindow present, FftBins form) {
  check(n, present);
  LaneGraph graph;
  Signal x(n);
  for (uint32_t j = 0; j < present.count; ++j) x[present.first + j].re = graph.input();
  const Signal bins = dft(graph, x);
  Terms outputs;
  if (form == FftBins::packed) {
    for (uint32_t k = 0; k <= n / 2; ++k) outputs.push_back(bins[k].re);
    for (uint32_t k = 1; 2 * k < n; ++k) outputs.push_back(bins[k].im);
  } else {
    append(outputs, bins, form == FftBins::full ? n : n / 2 + 1);
  }
  return graph.program(outputs);
}

LaneProgram inverse_real_fft_program(uint32_t n, FftWindow wanted, FftBins form, uint32_t divisor) {
  check(n, wanted);
  LaneGraph graph;
  const Terms x = inverse_real(graph, n, input_bins(graph, n, form), reciprocal(divisor));
  return graph.program(Terms(x.begin() + wanted.first, x.begin() + wanted.first + wanted.count));
}

LaneProgram complex_fft_program(uint32_t n, FftWindow present, BinForm form) {
  check(n, present);
  LaneGraph graph;
  Signal x(n);
  for (uint32_t j = 0; j < present.count; ++j) x[present.first + j] = input_bin(graph, BinForm::complex);
  Terms outputs;
  for (const ComplexTerm& bin : dft(graph, x)) append_parts(graph, form, bin, outputs);
  return graph.program(outputs);
}

LaneProgram inverse_complex_fft_program(uint32_t n, FftWindow wanted, uint32_t divisor, BinForm form) {
  check(n, wanted);
  LaneGraph graph;
  Signal bins(n);
  for (ComplexTerm& bin : bins) bin = input_bin(graph, form);
  const Signal x = inverse_dft(graph, bins);
  Terms outputs;
  append(outputs, Signal(x.begin() + wanted.first, x.begin() + wanted.first + wanted.count), wanted.count);
  for (LaneTerm& output : outputs) output = graph.scale(output, reciprocal(divisor));
  return graph.program(outputs);
}

LaneProgram tile_fft_program(const TileFft& tile) {
  check(tile);
  const uint32_t n = tile.n, half = n / 2, height = tile.height();
  LaneGraph graph;
  std::vector<Signal> rows(height, Signal(n)), columns;
  for (uint32_t i = 0; i < tile.rows.count; ++i) {
    for (uint32_t j = 0; j < tile.cols.count; ++j)
      rows[tile.rows.first + i][tile.cols.first + j].re = graph.input();
  }
  for (Signal& row : rows) row = dft(graph, row);
  for (uint32_t v = 0; v <= half; ++v) {
    Signal column;
    for (const Signal& row : rows) column.push_back(row[v]);
    columns.push_back(dft(graph, column));
  }
  const float factor = reciprocal(tile);
  Terms outputs;
  for (uint32_t u = 0; u < height; ++u) {
    for (uint32_t v = 0; v <= half; ++v) {
      ComplexTerm bin = columns[v][u];
      if (tile.folded) {
        const float by = bin_weight(n, v) * factor;
        bin = {graph.scale(bin.re, by), graph.scale(bin.im, by)};
      }
      append_parts(graph, tile.form, bin, outputs);
    }
  }
  return graph.program(outputs);
}

LaneProgram inverse_tile_fft_program(const TileFft& tile) {
  check(tile);
  const uint32_t n = tile.n, half = n / 2, height = tile.height();
  LaneGraph graph;
  std::vector<Signal> columns(half + 1, Signal(height));
  for (uint32_t u = 0; u < height; ++u) {
    for (Signal& column : columns) column[u] = input_bin(graph, tile.form);
  }
  for (uint32_t v = 0; v <= half; ++v) {
    if (self_conjugate(n, v)) {
      const Terms real = inverse_real(graph, height, half_spectrum(height, columns[v]), 1);
      for (uint32_t i = 0; i < height; ++i) columns[v][i] = {real[i], {}};
    } else {
      columns[v] = inverse_dft(graph, columns[v]);
    }
  }
  const float factor = reciprocal(tile);
  Terms outputs;
  for (uint32_t i = 0; i < tile.rows.count; ++i) {
    Signal row;
    for (const Signal& column : columns) row.push_back(column[tile.rows.first + i]);
    const Terms x = tile.folded ? weighted_inverse(graph, n, row) : inverse_real(graph, n, row, factor);
    outputs.insert(outputs.end(), x.begin() + tile.cols.first, x.begin() + tile.cols.first + tile.cols.count);
  }
  return graph.program(outputs);
}

LaneProgram with_reversed_inputs(LaneProgram program, uint32_t together) {
  const auto renamed = [&](uint16_t r) {
    if (r >= program.inputs) return r;
    return static_cast<uint16_t>(program.inputs - together - r + 2 * (r % together));
  };
  for (LaneStep& step : program.steps) {
    step.target = renamed(step.target);
    step.a = renamed(step.a);
    step.b = renamed(step.b);
  }
  for (uint16_t& output : program.outputs) output = renamed(output);
  return program;
}

}  // namespace systole
