#include "sim/workload/tensor_layout.h"

namespace systole {

std::vector<uint64_t> shape_in(TensorLayout layout, const std::vector<uint64_t>& nhwc) {
  if (layout == TensorLayout::NHWC) return nhwc;
  return {nhwc[0], nhwc[3], nhwc[1], nhwc[2]};
}

std::vector<uint32_t> to_nhwc(TensorLayout layout, std::vector<uint32_t> elements,
                              const std::vector<uint64_t>& nhwc) {
  if (layout == TensorLayout::NHWC || elements.empty()) return elements;
  const uint64_t images = nhwc[0], pixels = nhwc[1] * nhwc[2], channels = nhwc[3];
  std::vector<uint32_t> ordered(elements.size());
  uint32_t* to = ordered.data();
  for (uint64_t image = 0; image < images; ++image) {
    for (uint64_t pixel = 0; pixel < pixels; ++pixel) {
      for (uint64_t channel = 0; channel < channels; ++channel)
        *to++ = elements[(image * channels + channel) * pixels + pixel];
    }
  }
  return ordered;
}

}  // namespace systole
