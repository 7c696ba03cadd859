#pragma once
// Is the output that lies in DRAM right?
#include <cstdint>
#include <string>
#include <vector>

#include "sim/lowering/accumulation_order.h"
#include "sim/lowering/stage/stage.h"
#include "sim/workload/data.h"
#include "sim/workload/layer.h"

namespace systole {

enum class CheckStatus : uint8_t { pass, fail, skipped };
const char* to_string(CheckStatus status);

struct CheckResult {
  CheckStatus status = CheckStatus::skipped;
  std::string reference;  ///< whom the output was compared with, "ordered+" and References::second_name
  bool follows_ordered = false;  ///< it equals the ordered reference
  double max_abs_error = 0;      ///< against the second reference; infinite where the IEEE classes differ
  double max_rel_error = 0;      ///< the same over the largest finite magnitude in that reference
  double tolerance = 0;          ///< what the derived bound (bound.h) allows at worst_index; 0: exact
  std::vector<uint64_t>
      worst_index;     ///< conv, fc: [n, p, q, m]; gemm: [batch, m, n]. Empty: no output differs
  std::string reason;  ///< one line for people, empty when all is well
};

/// How a layer's output came about: the order of its sums or, of an algorithm that works in stages, the
/// stages.
struct OutputRecipe {
  const AccumulationOrder& order;
  const std::vector<Stage>& stages;
  const DramLayout& layout;
};

/// What the output should be, by two independent ways.
struct References {
  std::vector<uint8_t> ordered;  ///< the output's bytes; exact
  /// "onednn"; of integers, "plain" where oneDNN is not exact; of floating point, "fp64" (fp64.h) where an
  /// operand is not finite (oneDNN skips padding zeros, whose products may be NaN) or a sum in oneDNN's order
  /// might overflow.
  std::string second_name;
  /// Before results are stored: int32, exact; or fp32, right within the bound of bound.h. Empty for "fp64",
  /// worked out while comparing.
  std::vector<uint8_t> second;
  std::vector<float> magnitudes;          ///< of "onednn" in fp32: sums of |input||weight| for that bound
  std::vector<double> staged_magnitudes;  ///< floating point in stages: what their bound needs
  uint64_t staged_roundings = 0;
  /// Of floating-point sums in aligned blocks: what their bound needs (bound.h).
  uint64_t sum_roundings = 0;
  double subnormal_excess = 0;
  std::vector<float> allowed;  ///< integers: by how much each may differ from the second; empty: not at all
};
References make_references(const Layer& layer, const OutputRecipe& recipe, const TensorData& data,
                           unsigned threads);

/// The output must equal the ordered reference bit for bit, and the second one exactly (integers; by
/// `allowed` after a curve in fp32) or within the derived bound, half a unit of the output's format if that
/// is narrower, and in IEEE class (floating point: finite, NaN, +Inf or -Inf). worst_index is the output with
/// the largest difference from the ordered reference, or, when there is none, the one that comes closest to
/// its bound.
CheckResult compare(const Layer& layer, const TensorData& data, const std::vector<uint8_t>& output,
                    const References& references);

/// Both of the above; where the second reference alone disagrees, `reason` tells what is not finite as well.
CheckResult check_layer(const Layer& layer, const OutputRecipe& recipe, const TensorData& data,
                        const std::vector<uint8_t>& output, unsigned threads = 1);

}  // namespace systole
