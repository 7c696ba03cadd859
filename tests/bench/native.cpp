// How fast oneDNN computes a workload's layers on one thread: the native time that scripts/bench compares the
// simulator with. Layouts and algorithm are those oneDNN likes best, moving data into them is not counted.
//
//   bench_native WORKLOAD [LAYER]…    prints {"layer": seconds, …}, each the best of several runs
#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <dnnl.hpp>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "sim/config/config.h"
#include "sim/workload/problem.h"

namespace systole {
namespace {

using dnnl::memory;
using Dims = memory::dims;
using Arguments = std::unordered_map<int, memory>;

/// Runs at least so often and so long.
constexpr int kLeastRuns = 3;
constexpr double kLeastSeconds = 0.05;

void use_one_thread() {
  if (void* set = dlsym(RTLD_DEFAULT, "omp_set_num_threads")) reinterpret_cast<void (*)(int)>(set)(1);
}

memory filled(const memory::desc& desc, const dnnl::engine& engine) {
  memory m(desc, engine);
  std::fill_n(static_cast<uint8_t*>(m.get_data_handle()), desc.get_size(), uint8_t{0});
  return m;
}

double best_time(const dnnl::primitive& primitive, const Arguments& arguments, dnnl::stream& stream) {
  double best = 1e9, total = 0;
  for (int run = 0; run < kLeastRuns || total < kLeastSeconds; ++run) {
    const auto begin = std::chrono::steady_clock::now();
    primitive.execute(stream, arguments);
    stream.wait();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    best = std::min(best, seconds);
    total += seconds;
  }
  return best;
}

template <class Descriptor>
Arguments arguments_of(const Descriptor& chosen, const dnnl::engine& engine) {
  return {{DNNL_ARG_SRC, filled(chosen.src_desc(), engine)},
          {DNNL_ARG_WEIGHTS, filled(chosen.weights_desc(), engine)},
          {DNNL_ARG_DST, filled(chosen.dst_desc(), engine)}};
}

/// A gemm, or a convolution that is one.
double matmul_time(const Problem& p, memory::data_type operand, memory::data_type sum) {
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  dnnl::stream stream(engine);
  const auto any = memory::format_tag::any;
  const int64_t g = p.groups, m = static_cast<int64_t>(p.gemm_m());
  const dnnl::matmul::primitive_desc chosen(
      {memory::desc(Dims{g, m, p.C}, operand, any), memory::desc(Dims{g, p.C, p.M}, operand, any),
       memory::desc(Dims{g, m, p.M}, sum, any)},
      engine);
  return best_time(dnnl::matmul(chosen), arguments_of(chosen, engine), stream);
}

double convolution_time(const Problem& p, memory::data_type operand, memory::data_type sum) {
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  dnnl::stream stream(engine);
  const auto any = memory::format_tag::any;
  const int64_t in_channels = int64_t{p.groups} * p.C, out_channels = int64_t{p.groups} * p.M;
  const Dims weight = p.groups == 1 ? Dims{p.M, p.C, p.R, p.S} : Dims{p.groups, p.M, p.C, p.R, p.S};
  const auto closing_pad = [](int64_t outputs, int64_t stride, int64_t reach, int64_t inputs,
                              int64_t opening) {
    return (outputs - 1) * stride + reach + 1 - inputs - opening;
  };
  const int64_t dy = p.dilation_h, dx = p.dilation_w;
  const dnnl::convolution_forward::primitive_desc chosen(
      dnnl::convolution_forward::desc(
          dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct,
          memory::desc(Dims{p.N, in_channels, p.H, p.W}, operand, any), memory::desc(weight, operand, any),
          memory::desc(Dims{p.N, out_channels, p.P, p.Q}, sum, any), Dims{p.stride_h, p.stride_w},
          Dims{dy - 1, dx - 1}, Dims{p.pad_top, p.pad_left},
          Dims{closing_pad(p.P, p.stride_h, dy * (p.R - 1), p.H, p.pad_top),
               closing_pad(p.Q, p.stride_w, dx * (p.S - 1), p.W, p.pad_left)}),
      engine);
  return best_time(dnnl::convolution_forward(chosen), arguments_of(chosen, engine), stream);
}

double native_time(const Layer& layer) {
  const Problem problem = make_problem(layer);
  const bool fp32 = layer.format == Format::fp32;
  const auto operand = fp32 ? memory::data_type::f32 : memory::data_type::s8;
  const auto sum = fp32 ? memory::data_type::f32 : memory::data_type::s32;
  return layer.type == LayerType::conv ? convolution_time(problem, operand, sum)
                                       : matmul_time(problem, operand, sum);
}

}  // namespace
}  // namespace systole

int main(int count, char** arguments) {
  using namespace systole;
  try {
    if (count < 2) throw std::runtime_error("usage: bench_native WORKLOAD [LAYER]...");
    use_one_thread();
    nlohmann::ordered_json times = nlohmann::ordered_json::object();
    for (const Layer& layer : load_workload(arguments[1]).layers) {
      const bool wanted = count == 2 || std::any_of(arguments + 2, arguments + count,
                                                    [&](const char* name) { return layer.name == name; });
      if (wanted) times[layer.name] = native_time(layer) * static_cast<double>(layer.repeat);
    }
    std::puts(times.dump().c_str());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_native: %s\n", error.what());
    return 1;
  }
}
