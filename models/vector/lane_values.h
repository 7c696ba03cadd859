#pragma once
#include <array>
#include <vector>

#include "models/functional/memory_image.h"
#include "models/isa.h"

namespace systole {

/// The registers of a vector instruction's groups under way: one is read, one executed, one written.
class LaneValues {
 public:
  LaneValues(uint32_t lanes, MemoryImage& image) : lanes_(lanes), image_(image) {}

  void start(const Vector& vector);
  /// `input`: the register, counted over all sources.
  void read(uint64_t group, const LaneView& view, uint32_t input, uint32_t lane, int64_t address);
  void read_padding(uint64_t group, uint32_t input, uint32_t lane) { *at(inputs_, group, input, lane) = 0; }
  /// From what has been read, once or item by item.
  void execute(uint64_t group);
  /// `output`: counted over all targets.
  void write(uint64_t group, const LaneView& view, uint32_t output, uint32_t lane, int64_t address);

 private:
  static constexpr uint32_t kGroups = 3;
  /// [number][lane of the group]
  using Registers = std::array<std::vector<Lane>, kGroups>;
  Lane* at(Registers& of, uint64_t group, uint32_t number, uint32_t lane) const {
    return &of[group % kGroups][std::size_t{number} * lanes_ + lane];
  }

  uint32_t lanes_;
  MemoryImage& image_;
  std::shared_ptr<const LaneProgram> program_;
  Registers inputs_, registers_;
};

}  // namespace systole
