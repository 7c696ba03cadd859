#pragma once
// A tensor of a layer whose numbers the workload gives, in the YAML or in a .npy file.
#include <cstdint>
#include <vector>

#include "models/number/format.h"
#include "sim/workload/layer.h"

namespace systole {

struct TensorSpec {
  const char* name;
  const char* axes;  ///< of the shape, as messages name them
  std::vector<uint64_t> shape;
  Format format;
  const TensorSource& source;
  uint64_t elements() const {
    uint64_t product = 1;
    for (uint64_t extent : shape) product *= extent;
    return product;
  }
};

bool is_nchw(const Layer& layer);
bool is_given(const Layer& layer, const TensorSpec& spec);

/// The tensor's numbers, in NHWC. Throws UserError, naming the place, where the file cannot be read, has
/// another shape or holds what the format cannot.
std::vector<Lane> given(const Layer& layer, const TensorSpec& spec);
/// The same of scales, each of which has to lie within kLeastScale and kMostScale.
std::vector<Lane> given_scales(const Layer& layer, const TensorSpec& spec);
/// Refuses what given() would, before anything is simulated; of a file its shape and format alone.
void check_given(const Layer& layer, const TensorSpec& spec);

}  // namespace systole
