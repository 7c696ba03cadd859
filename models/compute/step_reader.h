#pragma once
#include <vector>

#include "models/compute/operand_walk.h"
#include "models/compute/port_passes.h"
#include "models/compute/word_latches.h"

namespace systole {

/// Where an operand's elements lie in the blocks of lanes that the array takes.
struct BlockLayout {
  std::size_t size = 0, lane_stride = 1, depth_stride = 1;
  Lane fill = 0;  ///< of places without an element
};

/// Reads a walk step by step: its elements, and the words that its ports open for them. A row of ports is a
/// few passes over flat arrays of 4-byte addresses.
class StepReader {
 public:
  void begin(const OperandWalk& walk, const BlockLayout& layout);
  /// The ports go on from the words that `latches` hold.
  void hold(const WordLatches& latches);

  struct Read {
    std::size_t words = 0;  ///< opened
    uint64_t elements = 0;
  };
  /// One step's elements to `block`, the banks of the words it opens to `banks`.
  Read read(uint64_t step, Lane* block, uint32_t* banks);
  /// The most words that a step can open.
  std::size_t most_words() const { return ports_ * walk_->rows_per_step(); }

 private:
  /// The ports of one row as they lie to each other, wherever the row is.
  struct Places {
    std::vector<int32_t> at;      ///< bytes
    std::vector<int32_t> dy, dx;  ///< coordinates, where some may be outside
    std::size_t ports = 0;        ///< that read; the rest of the row is fill
    int64_t lowest = 0, highest = 0;
    int64_t pitch = 0;    ///< of all neighbours; 0: uneven
    bool dense = false;   ///< even, and no word between two neighbours' words
    bool sparse = false;  ///< no two neighbours in one word
    bool level = false;   ///< all at the same byte of their words
  };
  /// The words that a row's ports hold: those of a whole row at `offset`, or what the latches say. The ports
  /// that were inside under `outside_set` hold words of a row at `offset` then, too.
  struct Held {
    const Places* places = nullptr;
    int64_t offset = 0;
    uint64_t outside_set = 0;
    uint32_t* latches = nullptr;
  };
  /// What all ports of a row have in common.
  struct Row {
    const Places* places;
    int64_t offset;
    int32_t y, x;
    Held* held;
    Lane* out;
  };

  void set_along_k();
  void set_along_lanes();
  void measure(Places& places) const;
  bool all_inside(const Row& row);
  void read_whole(const Row& row, uint32_t* banks, Read& read);
  void read_inside(const Row& row, uint32_t* banks, Read& read);
  bool reaches(const Row& row, int64_t bytes) const;
  bool read_deep(std::size_t at, Lane* block, uint32_t* banks, Read& read);
  void fill(const Row& row, std::size_t first);
  void read_row(const Row& row, uint32_t* banks, Read& read);
  void read_bounded(const Row& row, uint32_t* banks, Read& read);
  bool moves_as_one(const Row& row) const;
  bool shifts_alike(const Row& row) const;
  void open_all(const Row& row, uint32_t* banks, Read& read);
  void write_latches(Held& held);
  void open_some(const Row& row, uint32_t* banks, Read& read);
  void take(const Row& row);
  void take_inside(const Row& row);
  uint32_t word_of(const Places& places, std::size_t port, int64_t offset) const {
    return static_cast<uint32_t>(places.at[port] + offset) >> word_shift_;
  }

  const OperandWalk* walk_ = nullptr;
  const FormatKernels* kernels_ = nullptr;
  BlockLayout layout_;
  BankMap bank_map_;
  uint8_t* memory_ = nullptr;
  int64_t buffer_size_ = 0, operand_bytes_ = 0;
  uint32_t word_shift_ = 0, shared_word_ = 0;
  std::size_t ports_ = 0, groups_ = 0;  ///< of a row; the latter padded
  std::size_t stride_ = 1;              ///< of a row's ports in the block
  /// A lane's elements of a step lie side by side, in the block in one place or in planes.
  bool deep_ = false, in_planes_ = false;
  std::vector<Places> places_;  ///< along k: one; along the lanes: one a depth position
  std::vector<Held> held_;      ///< one a lane of a step; along k one
  std::vector<uint32_t> latches_, words_;
  std::vector<int32_t> outside_, addresses_;
  std::vector<int64_t> wide_addresses_;
  int32_t outside_y_ = 0, outside_x_ = 0;  ///< what outside_ was found for
  uint64_t outside_set_ = 0;               ///< counts how often it was found; 0: not in this walk
  std::size_t first_inside_ = 0;
  Outside outside_of_;
};

}  // namespace systole
