#pragma once
#include <vector>

#include "models/functional/memory_image.h"
#include "models/vector/lane_places.h"

namespace systole {

/// Numbers of a source become lanes, and lanes those of a target: `count` of them from the bit `address` on,
/// `stride` bits apart.
void load_lanes(MemoryImage& image, const LaneView& view, int64_t address, int64_t stride, uint32_t count,
                Lane* to);
void store_lanes(MemoryImage& image, const LaneView& view, int64_t address, int64_t stride, uint32_t count,
                 const Lane* from);
/// A program's constants, into their registers.
void load_constants(const LaneProgram& program, Lane* registers, uint32_t lanes);

/// Runs vector instructions as wholes, many items at once.
class VectorExecutor {
 public:
  explicit VectorExecutor(MemoryImage& image) : image_(image) {}
  void execute(const Vector& vector);

 private:
  void gather(const LaneView& view, const LanePlaces& places, uint32_t first_register);
  void scatter(const LaneView& view, const LanePlaces& places, const uint16_t* registers);

  MemoryImage& image_;
  std::array<LanePlaces, kMostSources> sources_;
  std::array<LanePlaces, kMostTargets> targets_;
  std::vector<Lane> registers_;  ///< [register][lane]
};

}  // namespace systole
