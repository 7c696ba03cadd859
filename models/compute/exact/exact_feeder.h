#pragma once
#include <vector>

#include "models/compute/control/operand_feeder.h"
#include "models/compute/word_latches.h"
#include "models/functional/memory_image.h"

namespace systole {

/// Where an operand's elements lie in the blocks of lanes that the array takes.
struct BlockLayout {
  std::size_t size = 0, lane_stride = 1, depth_stride = 1;
  Lane fill = 0;  ///< of places without an element
};

/// A feeder that reads its elements in the cycle in which it asks for their words.
class ExactFeeder : public OperandFeeder {
 public:
  ExactFeeder(sc_core::sc_module_name name, Tensor tensor, MemoryImage& image)
      : OperandFeeder(name, tensor), image_(image) {}

  /// `space`: the buffer of the walk; `layout`: of front().
  void set_values(Space space, const BlockLayout& layout) {
    space_ = space;
    layout_ = layout;
  }
  void begin() override;
  const Lane* front() const { return ring_.data() + at_.head % kBlocksAhead * layout_.size; }

 private:
  void open_words() override;
  void take_exponents(const OperandWalk::Row& row);
  void take(const OperandWalk::Row& row, Lane* block);

  MemoryImage& image_;
  Space space_ = Space::input;
  BlockLayout layout_;
  std::vector<Lane> ring_;
  WordLatches latches_;
  std::vector<int64_t> addresses_;
  std::vector<uint32_t> banks_;
  std::vector<Lane> scales_;  ///< of the ports of a lane's rows, where the operand is block-scaled
};

}  // namespace systole
