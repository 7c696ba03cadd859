#include "sim/reference/onednn.h"

#include <dlfcn.h>

#include <algorithm>
#include <cmath>
#include <dnnl.hpp>

namespace systole {
namespace {

using dnnl::memory;
using Dims = memory::dims;

/// Weights of a pass at most: a fully connected layer would need its 400 MB twice or three times over.
constexpr uint64_t kPassBytes = 16 << 20;

/// Before oneDNN's first call, which settles its instruction set: with AMX, int8 convolutions of
/// release 2.6.3 crash for some shapes.
void leave_out_amx() {
  static const dnnl::status once = dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx512_core_bf16);
  static_cast<void>(once);
}

void use_one_thread() {
  // oneDNN's threads are OpenMP's. Looked up by name, since nothing else here needs OpenMP.
  if (void* set = dlsym(RTLD_DEFAULT, "omp_set_num_threads")) reinterpret_cast<void (*)(int)>(set)(1);
}

int64_t dim(uint64_t value) { return static_cast<int64_t>(value); }

/// A slice of filters of the problem, as oneDNN sees it.
struct Pass {
  uint64_t first = 0, filters = 0;
};

memory::desc input_desc(const Problem& p, memory::data_type type) {
  const auto& s = p.input;
  return {Dims{p.N, dim(uint64_t{p.groups} * p.C), p.H, p.W}, type,
          Dims{dim(s.image), 1, dim(s.row), dim(s.pixel)}};
}

memory::desc weight_desc(const Problem& p, const Pass& pass, memory::data_type type) {
  const auto& s = p.weight;
  return {Dims{p.groups, dim(pass.filters), p.C, p.R, p.S}, type,
          Dims{dim(s.group), dim(s.filter), dim(s.channel), dim(s.r), dim(s.s)}};
}

memory::desc output_desc(const Problem& p, const Pass& pass, memory::data_type type) {
  const auto& s = p.output;
  return {Dims{p.N, dim(p.groups * pass.filters), p.P, p.Q}, type,
          Dims{dim(s.image), 1, dim(s.row), dim(s.pixel)}};
}

/// Runs a primitive on operands that lie as described, moving them to the layout it prefers.
class Runner {
 public:
  /// Nothing where there are no data.
  memory place(const memory::desc& desc, const void* data) {
    if (data == nullptr) return {};
    return {desc, engine_,
            const_cast<void*>(data)};  // oneDNN's handles are not const; sources are not written
  }

  memory moved(const memory::desc& wanted, memory source) {
    if (source.get_desc() == wanted) return source;
    memory target(wanted, engine_);
    dnnl::reorder(source, target).execute(stream_, source, target);
    return target;
  }

  /// With `magnitudes`, does the same with the operands' magnitudes as well, of fp32.
  template <class Primitive>
  void run(const typename Primitive::primitive_desc& chosen, const memory& input, const memory& weight,
           const memory& output, const memory& magnitudes) {
    const Primitive primitive(chosen);
    memory source = moved(chosen.src_desc(), input), filter = moved(chosen.weights_desc(), weight);
    execute(primitive, chosen.dst_desc(), source, filter, output);
    if (!magnitudes) return;
    take_magnitudes(source, source != input);
    take_magnitudes(filter, filter != weight);
    execute(primitive, chosen.dst_desc(), source, filter, magnitudes);
  }

  const dnnl::engine& engine() const { return engine_; }

 private:
  void execute(const dnnl::primitive& primitive, const memory::desc& wanted, const memory& source,
               const memory& filter, const memory& output) {
    memory result = wanted == output.get_desc() ? output : memory(wanted, engine_);
    primitive.execute(stream_, {{DNNL_ARG_SRC, source}, {DNNL_ARG_WEIGHTS, filter}, {DNNL_ARG_DST, result}});
    if (result != output) {
      memory target = output;
      dnnl::reorder(result, target).execute(stream_, result, target);
    }
    stream_.wait();
  }

  /// In place where the numbers are this object's own.
  void take_magnitudes(memory& numbers, bool own) {
    const memory given = numbers;
    if (!own) numbers = memory(given.get_desc(), engine_);
    const auto* from = static_cast<const float*>(given.get_data_handle());
    auto* to = static_cast<float*>(numbers.get_data_handle());
    const uint64_t count = given.get_desc().get_size() / sizeof(float);
    for (uint64_t i = 0; i < count; ++i) to[i] = std::fabs(from[i]);
  }

  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream_{engine_};
};

struct Types {
  memory::data_type operand, sum;
};

struct Tensors {
  const void* input;
  const void* weight;
  void* output;
  void* magnitudes;  ///< nullptr: not wanted
};

/// Gemms and fully connected layers: every output's window is one pixel, in order.
bool is_matmul(const Problem& p) {
  return p.H == 1 && p.P == 1 && p.R == 1 && p.S == 1 && p.W == p.Q && p.stride_w == 1 && p.pad_top == 0 &&
         p.pad_left == 0;
}

/// All groups at once as a batch: [group][gemm.m][k] x [group][k][filter].
void matmul(Runner& runner, const Problem& p, const Pass& pass, Types types, const Tensors& tensors) {
  const auto& a = p.input;
  const auto& b = p.weight;
  const auto& c = p.output;
  const Dims a_dims{p.groups, dim(p.gemm_m()), p.C}, b_dims{p.groups, p.C, dim(pass.filters)},
      c_dims{p.groups, dim(p.gemm_m()), dim(pass.filters)};
  const memory::desc in(a_dims, types.operand, Dims{dim(a.group), dim(a.pixel), dim(a.channel)});
  const memory::desc wei(b_dims, types.operand, Dims{dim(b.group), dim(b.channel), dim(b.filter)});
  const memory::desc out(c_dims, types.sum, Dims{dim(c.group), dim(c.pixel), dim(c.channel)});
  // A transposed left operand has no fast int8 kernel: let the primitive choose its layout.
  const memory::desc any_in(a_dims, types.operand, memory::format_tag::any);
  const bool plain = a.channel == 1;
  const dnnl::matmul::primitive_desc chosen({plain ? in : any_in, wei, out}, runner.engine());
  runner.run<dnnl::matmul>(chosen, runner.place(in, tensors.input), runner.place(wei, tensors.weight),
                           runner.place(out, tensors.output), runner.place(out, tensors.magnitudes));
}

/// Pixels hold these channels alone: oneDNN's fast kernels take them as they lie.
bool is_dense(const Problem& p) { return p.input.pixel == uint64_t{p.groups} * p.C; }

void convolution(Runner& runner, const Problem& p, const Pass& pass, Types types, const Tensors& tensors) {
  const memory::desc in = input_desc(p, types.operand), wei = weight_desc(p, pass, types.operand);
  const memory::desc out = output_desc(p, pass, types.sum);
  const memory::desc any_in(in.dims(), types.operand, memory::format_tag::any);
  const memory::desc any_wei(wei.dims(), types.operand, memory::format_tag::any);
  const memory::desc any_out(out.dims(), types.sum, memory::format_tag::any);
  const auto closing_pad = [](int64_t outputs, int64_t stride, int64_t reach, int64_t inputs,
                              int64_t opening) {
    return (outputs - 1) * stride + reach + 1 - inputs - opening;
  };
  const int64_t dy = p.dilation_h, dx = p.dilation_w;
  const Dims opening{p.pad_top, p.pad_left};
  const Dims closing{closing_pad(p.P, p.stride_h, dy * (p.R - 1), p.H, p.pad_top),
                     closing_pad(p.Q, p.stride_w, dx * (p.S - 1), p.W, p.pad_left)};
  const dnnl::convolution_forward::desc desc(
      dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, is_dense(p) ? in : any_in,
      any_wei, is_dense(p) ? out : any_out, Dims{p.stride_h, p.stride_w}, Dims{dy - 1, dx - 1}, opening,
      closing);
  runner.run<dnnl::convolution_forward>({desc, runner.engine()}, runner.place(in, tensors.input),
                                        runner.place(wei, tensors.weight), runner.place(out, tensors.output),
                                        runner.place(out, tensors.magnitudes));
}

/// Lets oneDNN sum into `sums` and, if that is not nullptr, into `magnitudes`, a slice of filters at a time.
template <class Operand, class Sum>
void sum_all(const Problem& p, Types types, const Operand* input, const Operand* weight, Sum* sums,
             Sum* magnitudes = nullptr) {
  leave_out_amx();
  use_one_thread();
  Runner runner;
  const bool sliced = p.groups == 1 && p.weight.filter == p.gemm_k();
  const uint64_t fitting = std::max<uint64_t>(64, kPassBytes / sizeof(Operand) / p.gemm_k());
  const uint64_t step = sliced ? std::min<uint64_t>(fitting, p.M) : p.M;
  for (uint64_t first = 0; first < p.M; first += step) {
    const Pass pass{first, std::min<uint64_t>(step, p.M - first)};
    const Tensors tensors{input, weight + first * p.weight.filter, sums + first,
                          magnitudes == nullptr ? nullptr : magnitudes + first};
    (is_matmul(p) ? matmul : convolution)(runner, p, pass, types, tensors);
  }
}

bool has_exact_int8() {
  leave_out_amx();
  switch (dnnl::get_effective_cpu_isa()) {
    case dnnl::cpu_isa::avx512_core_vnni:
    case dnnl::cpu_isa::avx512_core_bf16:
      return true;
    default:
      return false;
  }
}

}  // namespace

OneDnnSums onednn_sums_fp32(const Problem& problem, const TensorData& data) {
  const Types types{memory::data_type::f32, memory::data_type::f32};
  OneDnnSums result{std::vector<float>(problem.output_elements()),
                    std::vector<float>(problem.output_elements())};
  sum_all(problem, types, reinterpret_cast<const float*>(data.input.data()),
          reinterpret_cast<const float*>(data.weight.data()), result.sums.data(), result.magnitudes.data());
  return result;
}

std::optional<std::vector<int32_t>> onednn_sums_int8(const Problem& problem, const TensorData& data) {
  if (!has_exact_int8()) return std::nullopt;
  const Types types{memory::data_type::s8, memory::data_type::s32};
  // Grouped int8 convolutions of several channels come out wrong for some shapes (8 of 13 channels, 4 x 2
  // taps): each group is a convolution of its own.
  const bool one_by_one = problem.groups > 1 && problem.C > 1 && !is_matmul(problem);
  Problem part = problem;
  if (one_by_one) part.groups = 1;
  std::vector<int32_t> sums(problem.output_elements());
  try {
    for (uint64_t group = 0; group < problem.groups; group += part.groups) {
      const auto* input = reinterpret_cast<const int8_t*>(data.input.data()) + group * problem.input.group;
      const auto* weight = reinterpret_cast<const int8_t*>(data.weight.data()) + group * problem.weight.group;
      sum_all(part, types, input, weight, sums.data() + group * problem.output.group);
    }
  } catch (const dnnl::error& error) {
    if (error.status != dnnl_unimplemented) throw;
    return std::nullopt;
  }
  return sums;
}

}  // namespace systole
