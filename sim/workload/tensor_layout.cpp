#include "sim/workload/tensor_layout.h"

#include <algorithm>

namespace systole {

std::vector<uint64_t> shape_in(TensorLayout layout, const std::vector<uint64_t>& nhwc) {
  if (layout == TensorLayout::NHWC) return nhwc;
  return {nhwc[0], nhwc[3], nhwc[1], nhwc[2]};
}

std::vector<uint8_t> to_nhwc(TensorLayout layout, std::vector<uint8_t> bytes,
                             const std::vector<uint64_t>& nhwc) {
  if (layout == TensorLayout::NHWC || bytes.empty()) return bytes;
  const uint64_t images = nhwc[0], pixels = nhwc[1] * nhwc[2], channels = nhwc[3];
  const uint64_t element = bytes.size() / (images * pixels * channels);
  std::vector<uint8_t> ordered(bytes.size());
  uint8_t* to = ordered.data();
  for (uint64_t image = 0; image < images; ++image) {
    for (uint64_t pixel = 0; pixel < pixels; ++pixel) {
      for (uint64_t channel = 0; channel < channels; ++channel, to += element)
        std::copy_n(&bytes[((image * channels + channel) * pixels + pixel) * element], element, to);
    }
  }
  return ordered;
}

}  // namespace systole
