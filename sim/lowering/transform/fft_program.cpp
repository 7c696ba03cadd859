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

}  // namespace

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

LaneProgram inverse_real_fft_program(uint32_t n, FftWindow wanted, FftBins form, bool divide) {
  check(n, wanted);
  LaneGraph graph;
  const Terms x = inverse_real(graph, n, input_bins(graph, n, form), divide ? reciprocal(n) : 1);
  return graph.program(Terms(x.begin() + wanted.first, x.begin() + wanted.first + wanted.count));
}

LaneProgram complex_fft_program(uint32_t n, FftWindow present) {
  check(n, present);
  LaneGraph graph;
  Signal x(n);
  for (uint32_t j = 0; j < present.count; ++j) x[present.first + j] = input_bin(graph, BinForm::complex);
  Terms outputs;
  append(outputs, dft(graph, x), n);
  return graph.program(outputs);
}

LaneProgram inverse_complex_fft_program(uint32_t n, FftWindow wanted, bool divide) {
  check(n, wanted);
  LaneGraph graph;
  Signal bins(n);
  for (ComplexTerm& bin : bins) bin = input_bin(graph, BinForm::complex);
  const Signal x = inverse_dft(graph, bins);
  Terms outputs;
  append(outputs, Signal(x.begin() + wanted.first, x.begin() + wanted.first + wanted.count), wanted.count);
  for (LaneTerm& output : outputs) output = graph.scale(output, divide ? reciprocal(n) : 1);
  return graph.program(outputs);
}

LaneProgram tile_fft_program(const TileFft& tile) {
  const uint32_t n = tile.n, half = n / 2;
  check(n, tile.rows);
  check(n, tile.cols);
  LaneGraph graph;
  std::vector<Signal> rows(n, Signal(n)), columns;
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
  const float factor = static_cast<float>(1.0 / (static_cast<double>(n) * n));
  Terms outputs;
  for (uint32_t u = 0; u < n; ++u) {
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
  const uint32_t n = tile.n, half = n / 2;
  check(n, tile.rows);
  check(n, tile.cols);
  LaneGraph graph;
  std::vector<Signal> columns(half + 1, Signal(n));
  for (uint32_t u = 0; u < n; ++u) {
    for (Signal& column : columns) column[u] = input_bin(graph, tile.form);
  }
  for (uint32_t v = 0; v <= half; ++v) {
    if (self_conjugate(n, v)) {
      const Terms real = inverse_real(graph, n, half_spectrum(n, columns[v]), 1);
      for (uint32_t i = 0; i < n; ++i) columns[v][i] = {real[i], {}};
    } else {
      columns[v] = inverse_dft(graph, columns[v]);
    }
  }
  const float factor = static_cast<float>(1.0 / (static_cast<double>(n) * n));
  Terms outputs;
  for (uint32_t i = 0; i < tile.rows.count; ++i) {
    Signal row;
    for (const Signal& column : columns) row.push_back(column[tile.rows.first + i]);
    const Terms x = tile.folded ? weighted_inverse(graph, n, row) : inverse_real(graph, n, row, factor);
    outputs.insert(outputs.end(), x.begin() + tile.cols.first, x.begin() + tile.cols.first + tile.cols.count);
  }
  return graph.program(outputs);
}

}  // namespace systole
