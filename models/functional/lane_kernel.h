#pragma once
#include <vector>

#include "models/functional/memory_image.h"
#include "models/vector/lane_places.h"

namespace systole {

/// A register of a lane from the element at `address`, and back.
Lane load_lane(MemoryImage& image, const LaneView& view, int64_t address);
void store_lane(MemoryImage& image, const LaneView& view, int64_t address, Lane value);

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
