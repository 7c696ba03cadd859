// What no single key can tell: shapes that do not fit together, and sizes the machine's numbers cannot hold.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/config/names.h"
#include "sim/config/workload_fields.h"

namespace systole {
namespace {

constexpr double kMaxTensorBytes = 64.0 * (1 << 30);
constexpr double kMaxPixels = 2147483647.0;
constexpr double kMaxDepth = 1 << 24;
constexpr double kMaxInt32 = 2147483647.0;
constexpr uint32_t kShortProduct = 16;  // bits of integers whose sums are kept within int32
constexpr double kMaxMacs = 1e18;

struct Checker {
  const YamlNode& root;
  const YamlNode& node;
  const Layer& layer;

  [[noreturn]] void fail(const std::string& key, const std::string& what) const {
    const YamlNode* value = node.find(key);
    if (value == nullptr) value = root.find(key);
    fail_at(value == nullptr ? node.where : value->where, fmt::format("layer '{}': {}", layer.name, what));
  }

  void at_most(const std::string& key, const std::string& what, double value, double limit) const {
    if (value > limit) fail(key, fmt::format("{} is {:.0f}, legal: up to {:.0f}", what, value, limit));
  }

  void check_axis(const char* size_key, const char* filter_key, uint64_t size, uint64_t pads, uint64_t taps,
                  uint64_t dilation) const {
    const uint64_t extent = dilation * (taps - 1) + 1;
    if (extent <= size + pads) return;
    fail(filter_key,
         fmt::format("the filter is larger than the padded input: dilation * ({} - 1) + 1 is {}, legal: up "
                     "to {} + pads = {}",
                     filter_key, extent, size_key, size + pads));
  }

  void check_conv() const {
    const ConvShape& c = layer.conv;
    check_axis("H", "R", c.H, uint64_t{c.pad[0]} + c.pad[2], c.R, c.dilation[0]);
    check_axis("W", "S", c.W, uint64_t{c.pad[1]} + c.pad[3], c.S, c.dilation[1]);
    for (const auto& [key, channels] : {std::pair("C", c.C), std::pair("M", c.M)}) {
      if (channels % c.G != 0)
        fail(key, fmt::format("{} is {}, legal: a multiple of groups = {}", key, channels, c.G));
    }
    const double inputs = double(c.N) * c.H * c.W, outputs = double(c.N) * c.P() * c.Q();
    at_most("N", "N * H * W", inputs, kMaxPixels);
    at_most("N", "N * P * Q", outputs, kMaxPixels);
    check_gemm("C", "C / groups * R * S", double(c.C / c.G) * c.R * c.S);
    check_sizes(inputs * c.C, double(c.M) * (c.C / c.G) * c.R * c.S, outputs * c.M,
                outputs * c.M * (c.C / c.G) * c.R * c.S);
  }

  void check_gemm() const {
    const GemmShape& g = layer.gemm;
    check_gemm("k", "k", g.k);
    const double a = double(g.batch) * g.m * g.k, b = double(g.batch) * g.n * g.k,
                 d = double(g.batch) * g.m * g.n;
    check_sizes(a, b, d, d * g.k);
  }

  void check_gemm(const char* key, const char* formula, double depth) const {
    at_most(key, formula, depth, kMaxDepth);
    const NumberFormat &input = traits_of(layer.formats().input), &weight = traits_of(layer.formats().weight);
    if (input.is_float() || input.bits + weight.bits > kShortProduct) return;
    const auto magnitude = [](const NumberFormat& format, int32_t zero_point) {
      return std::max(zero_point - format.lowest, format.highest - zero_point);
    };
    const ZeroPoints& zero = layer.zero_point;
    at_most(key, fmt::format("{} of {} by {} (sums must fit int32)", formula, input.name, weight.name), depth,
            std::floor(kMaxInt32 / (magnitude(input, zero.input) * magnitude(weight, zero.weight))));
  }

  void check_sizes(double inputs, double weights, double outputs, double macs) const {
    const auto bytes = [](Format format) { return traits_of(format).bits / 8.0; };
    at_most("name", "the input in bytes", inputs * bytes(layer.formats().input), kMaxTensorBytes);
    at_most("name", "the weight in bytes", weights * bytes(layer.formats().weight), kMaxTensorBytes);
    at_most("name", "the output in bytes", outputs * bytes(layer.formats().output), kMaxTensorBytes);
    at_most("name", "MACs * repeat", macs * double(layer.repeat), kMaxMacs);
  }

  void check_formats() const {
    const LayerFormats formats = layer.formats();
    const NumberFormat &input = traits_of(formats.input), &weight = traits_of(formats.weight),
                       &output = traits_of(formats.output);
    const char* kind = input.is_float() ? "floating-point" : "integer";
    const auto legal = [&](bool (*takes)(const NumberFormat&)) {
      std::vector<std::string> names;
      for (const Format format : systole::formats()) {
        if (traits_of(format).lane == input.lane && takes(traits_of(format)))
          names.emplace_back(name_of(format));
      }
      return joined(names);
    };
    if (weight.lane != input.lane) {
      fail("format", fmt::format("{} input with {} weight, legal with it: {}", input.name, weight.name,
                                 legal([](const NumberFormat&) { return true; })));
    }
    if (formats.accumulator != wide_format(input.lane)) {
      fail("format", fmt::format("accumulator {} with {} operands, legal: {}", name_of(formats.accumulator),
                                 kind, name_of(wide_format(input.lane))));
    }
    const auto takes_output = [](const NumberFormat& format) { return format.is_output(); };
    if (output.lane != input.lane || !takes_output(output)) {
      fail("format",
           fmt::format("output {} with {} operands, legal: {}", output.name, kind, legal(takes_output)));
    }
  }

  void check_zero_point(const char* tensor, int32_t zero, Format format) const {
    const NumberFormat& traits = traits_of(format);
    if (zero == 0 || (!traits.is_float() && zero >= traits.lowest && zero <= traits.highest)) return;
    const std::string legal = traits.is_float()
                                  ? "with integer formats"
                                  : fmt::format("{:.0f} to {:.0f}", traits.lowest, traits.highest);
    fail("zero_point",
         fmt::format("zero_point.{} is {} with format {}, legal: {}", tensor, zero, traits.name, legal));
  }

  void check_quantization() const {
    const LayerFormats formats = layer.formats();
    const ZeroPoints& zero = layer.zero_point;
    check_zero_point("input", zero.input, formats.input);
    check_zero_point("weight", zero.weight, formats.weight);
    check_zero_point("output", zero.output, formats.output);
    if (zero.output != 0 && !formats.converts())
      fail("zero_point",
           fmt::format("zero_point.output with {} sums as outputs, legal: with outputs of fewer bits",
                       name_of(formats.output)));
    if (layer.scale && layer.scale_by_channel()) fail("scale", "scale beside data.scale, legal: one of them");
    if (layer.has_scale() && (formats.is_float() || !formats.converts())) {
      fail(
          layer.scale ? "scale" : "data",
          fmt::format("scale with {} sums and {} outputs, legal: with integers whose outputs have fewer bits",
                      name_of(formats.accumulator), name_of(formats.output)));
    }
  }

  void check_activation() const {
    const LayerFormats formats = layer.formats();
    if (node.find("relu") != nullptr && node.find("activation") != nullptr)
      fail("relu", "relu beside activation, legal: one of them");
    const bool narrows = !formats.is_float() && formats.converts();
    if (layer.activation.traits().is_curve && !formats.is_float() && !narrows) {
      fail("activation", fmt::format("activation {} with {} outputs, legal: none and relu; all with floating "
                                     "point or with outputs of fewer bits than the sums",
                                     layer.activation.traits().name, name_of(formats.output)));
    }
    if (layer.output_scale && (!narrows || !layer.activation)) {
      fail("output_scale",
           "output_scale without what it changes, legal: with an activation of integers whose outputs have "
           "fewer bits than the sums");
    }
  }

  /// Whether the windows of neighbouring outputs overlap.
  bool shares_input() const {
    const ConvShape& c = layer.conv;
    const auto overlaps = [&](uint32_t taps, int axis) {
      return uint64_t{c.dilation[axis]} * (taps - 1) + 1 > c.stride[axis];
    };
    return (c.P() > 1 && overlaps(c.R, 0)) || (c.Q() > 1 && overlaps(c.S, 1));
  }

  void check_options() const {
    const LayerFormats formats = layer.formats();
    check_quantization();
    check_activation();
    if (layer.data.kind == DataKind::normal && !formats.is_float()) {
      fail("data",
           fmt::format("data normal with format {}, legal: integers, or a map of .npy files or numbers",
                       name_of(formats.input)));
    }
    if (layer.halo && !shares_input()) {
      fail("halo",
           "halo where no two windows share input, legal: with filters that reach further than the stride");
    }
    if (layer.data.bias.is_given() && !layer.bias)
      fail("data", "data.bias without a bias, legal: with bias: true");
    if (!layer.data.layout) return;
    if (layer.type != LayerType::conv) {
      fail("data", fmt::format("data.layout in a layer of type {}, legal: of conv",
                               name_of(kLayerTypeNames, layer.type)));
    }
    if (!layer.data.input.is_given() && !layer.data.weight.is_given())
      fail("data", "data.layout without input or weight, legal: beside one of them");
  }
};

}  // namespace

void check_layer(const YamlNode& root, const YamlNode& node, const Layer& layer) {
  const Checker checker{root, node, layer};
  checker.check_formats();
  if (layer.type == LayerType::gemm) {
    checker.check_gemm();
  } else {
    checker.check_conv();
  }
  checker.check_options();
}

}  // namespace systole
