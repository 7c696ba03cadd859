#include "sim/run/equal_layers.h"

#include <fmt/format.h>

#include "sim/program/same_program.h"
#include "sim/run/counters.h"

namespace systole {

static auto words_of(const ConvShape& v) {
  const auto& [N, G, C, H, W, M, R, S, stride, dilation, pad] = v;
  return std::tie(N, G, C, H, W, M, R, S, stride, dilation, pad);
}
static auto words_of(const GemmShape& v) {
  const auto& [batch, m, n, k, transpose_a, transpose_b] = v;
  return std::tie(batch, m, n, k, transpose_a, transpose_b);
}
static auto words_of(const MappingRequest& v) {
  const auto& [tile_m, tile_n, tile_k, order] = v;
  return std::tie(tile_m, tile_n, tile_k, order);
}
static auto words_of(const TransformOptions& v) {
  const auto& [pretransformed, cse, m, gemm, levels, form, fft_n, products] = v;
  return std::tie(pretransformed, cse, m, gemm, levels, form, fft_n, products);
}
static auto words_of(const FormatRequest& v) {
  const auto& [input, weight, accumulator, output] = v;
  return std::tie(input, weight, accumulator, output);
}
static auto words_of(const ZeroPoints& v) {
  const auto& [input, weight, output] = v;
  return std::tie(input, weight, output);
}
static auto words_of(const Activation& v) {
  const auto& [function, low, high, slope, alpha, table] = v;
  return std::tie(function, low, high, slope, alpha, table);
}
static auto words_of(const Layer& v) {
  const auto& [name, type, conv, gemm, format, bias, activation, zero_point, scale, output_scale, repeat,
               algorithm, objective, dataflow, halo, mapping, transform, data, ignored_keys] = v;
  static_cast<void>(std::tie(name, repeat, objective, data, ignored_keys));
  return std::tuple_cat(std::tie(type, conv, gemm, format, bias, activation, zero_point, scale, output_scale,
                                 algorithm, dataflow, halo, mapping, transform),
                        std::make_tuple(v.scale_by_channel()));
}
static auto words_of(const DramLayout& v) {
  const auto& [input, weight, bias, output, psum, index, total_bytes, input_exponents, weight_exponents,
               names] = v;
  return std::tie(input, weight, bias, output, psum, index, total_bytes, input_exponents, weight_exponents,
                  names.input, names.weight, names.output);
}

namespace {

template <class T>
std::vector<int64_t> words(const T& value) {
  Words words;
  words.add(value);
  return words.words();
}

[[noreturn]] void fail(const PlannedLayer& first, const std::string& what) {
  throw MachineError(fmt::format("audited against the equal layer '{}': {}", first.layer.name, what));
}

void compare_plans(const PlannedLayer& planned, const PlannedLayer& first) {
  if (words(planned.lowered.layout) != words(first.lowered.layout)) fail(first, "its tensors lie elsewhere");
  const auto program = planned.lowered.program(), wanted = first.lowered.program();
  const std::string differs = difference(*program, *wanted);
  if (!differs.empty()) fail(first, differs + " differs");
}

void compare_counters(const MachineStats& stats, const PlannedLayer& first, const MachineStats& first_stats) {
  const auto counters = all_counters(stats).flatten(), wanted = all_counters(first_stats).flatten();
  if (counters == wanted) return;
  for (const auto& [counter, count] : counters.items()) {
    const auto at = wanted.find(counter);
    if (at == wanted.end())
      fail(first, fmt::format("counter {} is {}, there it is none", counter, count.dump()));
    if (*at != count)
      fail(first, fmt::format("counter {} is {}, there {}", counter, count.dump(), at->dump()));
  }
  fail(first, "it has fewer counters");
}

}  // namespace

std::vector<int64_t> plan_key(const Layer& layer) { return words(layer); }

bool times_equal_layers_once(const RunOptions& options) {
  return options.stepping == Stepping::block && !options.trace && !options.tamper;
}

void compare_equal(const PlannedLayer& planned, const MachineStats& stats, const PlannedLayer& first,
                   const MachineStats& first_stats) {
  compare_plans(planned, first);
  compare_counters(stats, first, first_stats);
}

}  // namespace systole
