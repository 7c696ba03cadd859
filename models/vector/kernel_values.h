#pragma once
#include <vector>

#include "models/functional/memory_image.h"
#include "models/lane_program.h"

namespace systole {

/// The registers of a VectorKernel under way, by stage of its pipeline: what is being read, executed and
/// written.
class KernelValues {
 public:
  KernelValues(uint32_t lanes, MemoryImage& image) : lanes_(lanes), image_(image) {}

  void start(const VectorKernel& kernel);
  void read(uint32_t tap, uint32_t lane, int64_t address);
  void read_padding(uint32_t tap, uint32_t lane) { incoming_[index(tap, lane)] = 0; }
  void execute();
  /// What was executed goes on to be written.
  void hand_over();
  void write(uint32_t tap, uint32_t lane, int64_t address);

 private:
  std::size_t index(uint32_t tap, uint32_t lane) const { return std::size_t{tap} * lanes_ + lane; }

  uint32_t lanes_;
  MemoryImage& image_;
  VectorKernel kernel_;
  std::vector<uint32_t> incoming_, registers_, outgoing_;  ///< [register][lane of the group]
};

}  // namespace systole
