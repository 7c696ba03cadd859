#pragma once
// Layers as a user writes them, after defaults: shapes in the field's names, vertical before horizontal.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/compute/dataflow/traits.h"
#include "models/isa.h"
#include "sim/workload/activation.h"
#include "sim/workload/formats.h"
#include "sim/workload/tensor_layout.h"

namespace systole {

enum class LayerType : uint8_t { conv, fc, gemm };

/// Tensors in DRAM: input [N][H][W][C], weight [M][R][S][C/G], bias [M], output [N][P][Q][M].
struct ConvShape {
  uint32_t N = 1, G = 1, C = 0, H = 1, W = 1, M = 0, R = 1, S = 1;
  std::array<uint32_t, 2> stride{1, 1}, dilation{1, 1};
  std::array<uint32_t, 4> pad{0, 0, 0, 0};  ///< top, left, bottom, right
  uint32_t P() const { return (H + pad[0] + pad[2] - dilation[0] * (R - 1) - 1) / stride[0] + 1; }
  uint32_t Q() const { return (W + pad[1] + pad[3] - dilation[1] * (S - 1) - 1) / stride[1] + 1; }
};

/// Tensors in DRAM: input [batch][m][k] (transpose_a: [batch][k][m]), weight [batch][k][n] (transpose_b:
/// [batch][n][k]), output [batch][m][n].
struct GemmShape {
  uint32_t batch = 1, m = 0, n = 0, k = 0;
  bool transpose_a = false, transpose_b = false;
};

enum class Halo : uint8_t { keep, refetch };
enum class DataKind : uint8_t { normal, integers, given };

/// What an algorithm that is chosen by simulation is judged by; less is better.
enum class AlgorithmObjective : uint8_t { cycles, energy, edp };
/// In the place of a registered algorithm: simulate all that take the layer, and keep the best, or all.
inline constexpr const char* kAutoAlgorithm = "auto";
inline constexpr const char* kAllAlgorithms = "all";

/// Where the numbers of one tensor come from; drawn where there is nothing.
struct TensorSource {
  std::string file;             ///< a .npy file, its shape as above
  std::string place;            ///< where the workload names it, as "net.yaml:3:7", for messages
  std::vector<double> numbers;  ///< instead of a file
  std::vector<uint64_t> shape;  ///< of the lists they stand in; of a flat list, its length

  bool is_given() const { return !file.empty() || !numbers.empty(); }
};

/// Of scales, as the nearest fp32.
inline constexpr double kLeastScale = 1e-9, kMostScale = 1e9;

/// Where a layer's numbers come from. `given`: what each tensor's source says.
struct DataSpec {
  DataKind kind = DataKind::normal;
  TensorSource input, weight, bias, scale;  ///< scale: a number per output channel
  std::optional<TensorLayout> layout;  ///< of what is given for input and weight, of conv only; else NHWC
};

/// A mapping as far as the user fixes it; the tiler fills what is left open. Sizes in gemm dimensions.
struct MappingRequest {
  std::optional<uint32_t> tile_m, tile_n, tile_k;
  std::vector<GemmDim> order;  ///< tile loops, outermost first; empty: free
};

/// The sums of a level of Strassen's products: see sim/lowering/transform/strassen_program.h.
enum class StrassenForm : uint8_t { strassen, winograd };

/// How an algorithm that works in stages carries out its matrix products.
enum class GemmMethod : uint8_t { plain, strassen };
/// How complex numbers are multiplied: with 4 real multiplies, or with Gauss's 3.
enum class ComplexProducts : uint8_t { standard, gauss };

/// What the user fixes of the algorithms that transform their operands.
struct TransformOptions {
  bool pretransformed =
      false;  ///< weights lie in DRAM as transformed ahead of time; else transformed at run time
  bool transform_cse = false;          ///< rows of a transform share sums
  std::optional<uint32_t> winograd_m;  ///< outputs of a Winograd tile along an axis; else the cheapest
  GemmMethod gemm = GemmMethod::plain;
  uint32_t strassen_levels = 1;  ///< 1..3, each halves the matrices' sides
  StrassenForm strassen_form = StrassenForm::strassen;
  std::optional<uint32_t> fft_n;  ///< elements of an fft_tiling tile along an axis; else the cheapest
  ComplexProducts products = ComplexProducts::standard;  ///< of fft and fft_tiling
};

/// The numbers of asymmetric integer formats that stand for 0.
struct ZeroPoints {
  int32_t input = 0, weight = 0, output = 0;
};

struct Layer {
  std::string name;
  LayerType type = LayerType::conv;
  ConvShape conv;  ///< conv and fc (fc: H = W = R = S = 1)
  GemmShape gemm;  ///< gemm
  FormatRequest format;
  bool bias = false;
  Activation activation;
  ZeroPoints zero_point;
  std::optional<float> scale;         ///< integers: of the sums, as they become outputs of fewer bits
  std::optional<float> output_scale;  ///< integers: what a step of an output of fewer bits stands for
  uint64_t repeat = 1;
  std::string algorithm;  ///< a registered name, kAutoAlgorithm or kAllAlgorithms
  AlgorithmObjective objective = AlgorithmObjective::cycles;  ///< of the latter two
  std::optional<Dataflow> dataflow;                           ///< else the array's
  std::optional<Halo> halo;                                   ///< else kept where there is room
  MappingRequest mapping;
  TransformOptions transform;
  DataSpec data;
  /// Keys that the workload gives and the algorithm asked for on the command line has no use for; they are
  /// not set here.
  std::vector<std::string> ignored_keys;

  LayerFormats formats() const { return format.resolved(has_scale()); }
  bool has_scale() const { return scale.has_value() || scale_by_channel(); }
  bool scale_by_channel() const { return data.scale.is_given(); }
  bool has_choice() const { return algorithm == kAutoAlgorithm || algorithm == kAllAlgorithms; }
};

}  // namespace systole
