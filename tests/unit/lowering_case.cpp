#include "lowering_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "models/functional/executor.h"
#include "models/functional/transfer.h"
#include "sim/reference/staged.h"

namespace systole::test {
namespace {

template <typename T>
T element(const Bytes& bytes, uint64_t index) {
  T value;
  std::memcpy(&value, bytes.data() + index * sizeof(T), sizeof value);
  return value;
}

template <typename T>
void append(Bytes& bytes, T value) {
  const uint8_t* from = reinterpret_cast<const uint8_t*>(&value);
  bytes.insert(bytes.end(), from, from + sizeof value);
}

template <typename T>
T sum_of_step(std::vector<T> values) {
  while (values.size() > 1) {
    std::vector<T> sums;
    for (size_t i = 0; i < values.size(); i += 2) {
      sums.push_back(i + 1 < values.size() ? values[i] + values[i + 1] : values[i]);
    }
    values = sums;
  }
  return values[0];
}

template <typename Product, typename T = decltype(std::declval<Product>()(0))>
T ordered_sum(const AccumulationOrder& order, Product product) {
  T total{};
  uint64_t step = 0;
  for (size_t s = 0; s < order.segment_end.size(); ++s) {
    T segment{};
    for (const uint64_t begin = step; step < order.segment_end[s]; ++step) {
      std::vector<T> values;
      for (uint32_t j = 0; j < order.mma_k; ++j) {
        const int32_t k = order.k_index[step * order.mma_k + j];
        if (k >= 0) values.push_back(product(k));
      }
      segment = step == begin ? sum_of_step(values) : segment + sum_of_step(values);
    }
    total = s == 0 ? segment : total + segment;
  }
  return total;
}

template <typename Element, typename T>
void compute(const Problem& p, const AccumulationOrder& order, const Bytes& input, const Bytes& weight,
             const Bytes& bias, Bytes& output) {
  for (uint64_t g = 0; g < p.groups; ++g)
    for (uint64_t n = 0; n < p.N; ++n)
      for (uint64_t y = 0; y < p.P; ++y)
        for (uint64_t x = 0; x < p.Q; ++x)
          for (uint64_t m = 0; m < p.M; ++m) {
            T sum = ordered_sum(order, [&](int32_t k) -> T {
              const int64_t c = k % p.C, s = k / p.C % p.S, r = k / p.C / p.S;
              const int64_t row = static_cast<int64_t>(y) * p.stride_h + r * p.dilation_h - p.pad_top;
              const int64_t col = static_cast<int64_t>(x) * p.stride_w + s * p.dilation_w - p.pad_left;
              const bool padding = row < 0 || row >= p.H || col < 0 || col >= p.W;
              const T a = padding ? T{}
                                  : static_cast<T>(element<Element>(
                                        input, g * p.input.group + n * p.input.image + row * p.input.row +
                                                   col * p.input.pixel + c * p.input.channel));
              return a * static_cast<T>(element<Element>(weight, g * p.weight.group + m * p.weight.filter +
                                                                     r * p.weight.r + s * p.weight.s +
                                                                     c * p.weight.channel));
            });
            if (p.bias) sum = sum + element<T>(bias, g * p.M + m);
            uint8_t* to = output.data() + p.output_bytes() * (g * p.output.group + n * p.output.image +
                                                              y * p.output.row + x * p.output.pixel + m);
            if (p.requantize()) {
              const double rounded = std::nearbyint(double{p.scale} * static_cast<double>(sum));
              const int8_t narrow =
                  static_cast<int8_t>(std::clamp(rounded, p.activation ? 0.0 : -128.0, 127.0));
              std::memcpy(to, &narrow, 1);
            } else {
              if (p.activation && sum < T{}) sum = T{};
              std::memcpy(to, &sum, 4);
            }
          }
}

Bytes random_tensor(uint64_t elements, Format format, std::mt19937& random) {
  Bytes bytes;
  for (uint64_t i = 0; i < elements; ++i) {
    const int32_t value = static_cast<int32_t>(random() % 2001) - 1000;
    if (format == Format::fp32) {
      append(bytes, static_cast<float>(value) / 37.0F);  // rounds in every sum, so a wrong order shows
    } else {
      append(bytes, static_cast<int8_t>(value % 128));
    }
  }
  return bytes;
}

}  // namespace

Bytes expected_output(const Problem& p, const AccumulationOrder& order, const Bytes& input,
                      const Bytes& weight, const Bytes& bias) {
  Bytes output(p.output_elements() * p.output_bytes());
  if (p.formats.is_float()) {
    compute<float, float>(p, order, input, weight, bias, output);
  } else {
    compute<int8_t, int32_t>(p, order, input, weight, bias, output);
  }
  return output;
}

std::string algorithm_for(const LoweringCase& c, size_t first) {
  for (size_t i = first;; ++i) {
    const Algorithm& algorithm = algorithms()[i % algorithms().size()];
    if (algorithm.declines({c.layer, c.arch, c.dataflow, c.residency}).empty()) return algorithm.name;
  }
}

namespace {

/// A case's seeded operands, and where its program finds them.
struct Start {
  Problem problem;
  Bytes input, weight, bias;
  LoweredLayer lowered;
  Bytes image;  ///< DRAM and what only the reference needs

  Start(const LoweringCase& c, uint32_t seed) : problem(make_problem(c.layer)) {
    std::mt19937 random(seed);
    input = random_tensor(problem.input_elements(), problem.formats.input, random);
    weight = random_tensor(problem.weight_elements(), problem.formats.input, random);
    for (uint64_t i = 0; i < problem.bias_bytes() / 4; ++i) {
      const int32_t value = static_cast<int32_t>(random() % 2001) - 1000;
      problem.formats.is_float() ? append(bias, static_cast<float>(value) / 7.0F) : append(bias, value);
    }
    lowered = find_algorithm(c.algorithm)->lower({c.layer, c.arch, c.dataflow, c.residency});
    DramLayout layout = lowered.layout;
    layout.total_bytes = std::max(layout.total_bytes, lowered.reference_bytes);
    image = dram_image(layout, {input, weight, bias});
  }

  /// DRAM as the program finds it.
  Bytes dram() {
    Bytes bytes(lowered.layout.total_bytes, 0xCB);
    const auto put = [&](uint64_t base, const Bytes& from) {
      std::copy(from.begin(), from.end(), bytes.begin() + static_cast<int64_t>(base));
    };
    put(lowered.layout.input, input);
    put(lowered.layout.weight, weight);
    put(lowered.layout.bias, bias);
    for (const Constant& constant : lowered.constants) put(constant.base, constant.bytes);
    if (lowered.prepared > 0) {
      run_stages(lowered.stages, 0, lowered.prepared, image, 1);
      std::copy_n(image.begin(), bytes.size(), bytes.begin());
    }
    return bytes;
  }

  Bytes output_of(const Bytes& dram) const {
    const auto begin = dram.begin() + static_cast<int64_t>(lowered.layout.output);
    return Bytes(begin, begin + static_cast<int64_t>(problem.output_elements() * problem.output_bytes()));
  }

  Bytes expected() {
    if (lowered.stages.empty()) return expected_output(problem, lowered.order, input, weight, bias);
    run_stages(lowered.stages, lowered.prepared, lowered.stages.size(), image, 1);
    return output_of(image);
  }
};

}  // namespace

CaseResult run_case(const LoweringCase& c, uint32_t seed, int schedules) {
  CaseResult result;
  for (int schedule = 0; schedule < schedules; ++schedule) {
    Start start(c, seed);
    LoweredLayer& lowered = start.lowered;
    IsaInterpreter machine(c.arch, lowered.layout.total_bytes);
    machine.memory().dram() = start.dram();
    for (const Move& move : lowered.host_copies.preload) machine.memory().copy(move);
    result.counts = machine.run(*lowered.program(), seed + schedule);
    for (const Move& move : lowered.host_copies.readback) machine.memory().copy(move);
    result.in_stages = !lowered.stages.empty();
    result.expected = start.expected();
    result.output = start.output_of(machine.memory().dram());
    result.mapping = lowered.mapping;
    result.planned_macs = lowered.planned_macs;
    if (result.output != result.expected) break;
  }
  return result;
}

CaseResult execute_case(const LoweringCase& c, uint32_t seed) {
  Start start(c, seed);
  MemoryImage image(c.arch.buffers);
  Executor executor(c.arch, image);
  image.dram() = start.dram();
  for (const Move& move : start.lowered.host_copies.preload) transfer(move, image);
  const auto program = start.lowered.program();
  for (Instruction instruction; program->next(instruction);) executor.execute(instruction);
  for (const Move& move : start.lowered.host_copies.readback) transfer(move, image);
  CaseResult result;
  result.expected = start.expected();
  result.output = start.output_of(image.dram());
  return result;
}

AcceleratorParams small_machine(uint32_t rows, uint32_t cols, MmaParams mma, uint64_t buffer_bytes) {
  AcceleratorParams arch;
  arch.pe_array.rows = rows;
  arch.pe_array.cols = cols;
  arch.pe_array.mma = mma;
  arch.accumulators.entries = 8;
  for (BufferParams& buffer : arch.buffers) {
    buffer.size = buffer_bytes;
    buffer.banks = 4;
  }
  return arch;
}

Layer conv_layer(const ConvShape& shape) {
  Layer layer;
  layer.name = "conv";
  layer.conv = shape;
  return layer;
}

Layer gemm_layer(const GemmShape& shape) {
  Layer layer;
  layer.name = "gemm";
  layer.type = LayerType::gemm;
  layer.gemm = shape;
  return layer;
}

std::string LoweringCase::describe() const {
  const Problem p = make_problem(layer);
  const PeArrayParams& a = arch.pe_array;
  return fmt::format(
      "G{} N{} C{} {}x{} M{} {}x{} stride {} {} dilation {} {} pad {} {} out {}x{}; {} {} on {}x{} of "
      "{}x{}x{}, "
      "buffers {} {} {} in {} slots, {}{}{}{}{}",
      p.groups, p.N, p.C, p.H, p.W, p.M, p.R, p.S, p.stride_h, p.stride_w, p.dilation_h, p.dilation_w,
      p.pad_top, p.pad_left, p.P, p.Q, algorithm, traits_of(dataflow).name, a.rows, a.cols, a.mma.m, a.mma.n,
      a.mma.k, arch.buffers[0].size, arch.buffers[1].size, arch.buffers[2].size, arch.buffers[0].slots,
      p.formats.is_float() ? "fp32" : "int8", p.bias ? " bias" : "", p.activation ? " relu" : "",
      p.has_scale ? " scale" : "", layer.halo == Halo::refetch ? " refetch" : "");
}

}  // namespace systole::test
