#pragma once
// The function that a layer's results pass through before they leave.
#include <array>
#include <cstdint>

namespace systole {

enum class ActivationFunction : uint8_t {
  none,
  relu,
  relu6,
  clamp,
  leaky_relu,
  elu,
  sigmoid,
  tanh,
  gelu,
  gelu_tanh,
  silu,
  softplus,
  squareplus
};

/// How functions are known to users, and what they are.
struct ActivationTraits {
  const char* name;
  const char* formula;  ///< of the exact function
  bool is_curve;        ///< on integers it is computed in fp32
  bool has_table;       ///< it can be looked up in a table instead
};
inline constexpr std::array<ActivationTraits, 13> kActivations = {{
    {"none", "x", false, false},
    {"relu", "max(x, 0)", false, false},
    {"relu6", "min(max(x, 0), 6)", true, false},
    {"clamp", "min(max(x, low), high)", true, false},
    {"leaky_relu", "x, or slope * x where x < 0", true, false},
    {"elu", "x, or alpha * (e^x - 1) where x < 0", true, false},
    {"sigmoid", "1 / (1 + e^-x)", true, true},
    {"tanh", "tanh(x)", true, true},
    {"gelu", "x * (1 + erf(x / sqrt(2))) / 2", true, true},
    {"gelu_tanh", "x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) / 2", true, false},
    {"silu", "x / (1 + e^-x)", true, true},
    {"softplus", "ln(1 + e^x)", true, false},
    {"squareplus", "(x + sqrt(x^2 + 4)) / 2", true, false},
}};

struct Activation {
  ActivationFunction function = ActivationFunction::none;
  float low = -1, high = 1;  ///< of clamp
  float slope = 0.01F;       ///< of leaky_relu
  float alpha = 1;           ///< of elu
  uint32_t table = 0;        ///< segments of the table that the function is looked up in; 0: it is computed

  const ActivationTraits& traits() const { return kActivations[static_cast<int>(function)]; }
  explicit operator bool() const { return function != ActivationFunction::none; }
};

}  // namespace systole
