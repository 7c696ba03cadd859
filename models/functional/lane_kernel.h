#pragma once
#include <vector>

#include "models/functional/memory_image.h"
#include "models/vector/lane_places.h"

namespace systole {

/// A register of a lane as an element of `bytes` (1, 2 or 4) gives it: narrow integers with their sign.
uint32_t load_lane(const uint8_t* from, uint32_t bytes);

/// Runs VectorKernels as wholes, many items at once.
class LaneKernelExecutor {
 public:
  explicit LaneKernelExecutor(MemoryImage& image) : image_(image) {}
  void execute(const VectorKernel& kernel);

 private:
  void gather(const VectorKernel& kernel);
  void scatter(const VectorKernel& kernel);

  MemoryImage& image_;
  LanePlaces source_, target_;
  std::vector<uint32_t> registers_;  ///< [register][lane]
};

}  // namespace systole
