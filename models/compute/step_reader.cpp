#include "models/compute/step_reader.h"

#include <algorithm>
#include <stdexcept>

namespace systole {
namespace {

constexpr uint32_t kNoWord = ~0U;

/// The same in every group: what the padding holds lies where the last port does.
void pad(std::vector<int32_t>& ports, std::size_t count, std::size_t groups) {
  ports.resize(groups);
  std::fill(ports.begin() + static_cast<std::ptrdiff_t>(count), ports.end(),
            count == 0 ? 0 : ports[count - 1]);
}

}  // namespace

void StepReader::begin(const OperandWalk& walk, const BlockLayout& layout) {
  walk_ = &walk;
  layout_ = layout;
  kernels_ = &kernels_of(walk.format());
  SramBuffer& buffer = walk.buffer();
  bank_map_ = BankMap(buffer);
  memory_ = buffer.bytes();
  buffer_size_ = static_cast<int64_t>(buffer.size());
  operand_bytes_ = traits_of(walk.format()).operand_bytes;
  word_shift_ = buffer.word_shift();
  if (walk.lowest() < INT32_MIN || walk.highest() > INT32_MAX) {
    throw std::logic_error("an operand view reaches beyond its buffer");
  }
  ports_ = walk.widest_row();
  groups_ = whole_groups(ports_);
  stride_ = layout.lane_stride * walk.lanes_per_step();
  words_.resize(groups_);
  outside_.resize(groups_);
  addresses_.resize(groups_);
  wide_addresses_.resize(groups_);
  outside_known_ = false;
  held_.assign(walk.along_k() ? 1 : walk.lanes_per_step(), {});
  latches_.assign(groups_ * held_.size(), kNoWord);
  for (std::size_t l = 0; l < held_.size(); ++l) held_[l].latches = latches_.data() + l * groups_;
  walk.along_k() ? set_along_k() : set_along_lanes();
}

void StepReader::set_along_k() {
  const OperandWalk& walk = *walk_;
  places_.resize(1);
  Places& places = places_[0];
  places.ports = ports_;
  places.at.resize(groups_), places.dy.resize(groups_), places.dx.resize(groups_);
  for (std::size_t l = 0; l < ports_; ++l) {
    places.at[l] = static_cast<int32_t>(walk.lane_base(l));
    places.dy[l] = walk.lane_y(l);
    places.dx[l] = walk.lane_x(l);
  }
  measure(places);
  const uint32_t depth = walk.depth();
  deep_ = operand_bytes_ == sizeof(Lane) && (depth == 2 || depth == 4 || depth == 8) &&
          layout_.lane_stride == depth && layout_.depth_stride == 1;
}

void StepReader::set_along_lanes() {
  const OperandWalk& walk = *walk_;
  places_.resize(walk.depth());
  deep_ = false;
  for (uint32_t z = 0; z < walk.depth(); ++z) {
    const KTable::Column& k = walk.k_table().column(z);
    Places& places = places_[z];
    places.at.resize(groups_), places.dy.resize(groups_), places.dx.resize(groups_);
    // Only the last step of k, or of a tap, may end in fill.
    places.ports = ports_;
    while (places.ports > 0 && k.fill[walk.k_begin() + places.ports - 1] != 0) --places.ports;
    for (std::size_t p = 0; p < places.ports; ++p) {
      places.at[p] = static_cast<int32_t>(k.offset[walk.k_begin() + p]);
      places.dy[p] = k.dy[walk.k_begin() + p];
      places.dx[p] = k.dx[walk.k_begin() + p];
    }
    measure(places);
  }
}

void StepReader::measure(Places& places) const {
  pad(places.at, places.ports, groups_);
  const int64_t word_bytes = walk_->buffer().word_bytes();
  const auto step = [&](std::size_t p) { return int64_t{places.at[p]} - places.at[p - 1]; };
  places.lowest = places.highest = places.at[0];
  places.pitch = places.ports > 1 ? step(1) : 0;
  places.sparse = places.level = true;
  for (std::size_t p = 1; p < places.ports; ++p) {
    const int64_t apart = step(p);
    if (apart != places.pitch) places.pitch = 0;
    places.sparse = places.sparse && (apart >= word_bytes || -apart >= word_bytes);
    places.level = places.level && apart % word_bytes == 0;
    places.lowest = std::min<int64_t>(places.lowest, places.at[p]);
    places.highest = std::max<int64_t>(places.highest, places.at[p]);
  }
  places.dense = places.pitch > 0 && places.pitch <= word_bytes;
}

void StepReader::hold(const WordLatches& latches) {
  for (std::size_t l = 0; l < held_.size(); ++l) {
    held_[l].places = nullptr;
    for (std::size_t p = 0; p < ports_; ++p) {
      latches_[l * groups_ + p] = static_cast<uint32_t>(latches.word(l * ports_ + p));
    }
  }
}

StepReader::Read StepReader::read(uint64_t step, Lane* block, uint32_t* banks) {
  Read read;
  shared_word_ = kNoWord;
  const uint32_t depth = walk_->depth();
  if (walk_->along_k()) {
    const std::size_t at = walk_->k_begin() + step;
    const bool values = !deep_ || !read_deep(at, block);
    for (uint32_t z = 0; z < depth; ++z) {
      const KTable::Column& k = walk_->k_table().column(z);
      Row row{&places_[0], k.offset[at], k.dy[at], k.dx[at], held_.data(), block + z * layout_.depth_stride};
      k.fill[at] != 0 ? fill(row, 0) : read_row(row, values, banks, read);
    }
    return read;
  }
  for (uint32_t l = 0; l < walk_->lanes_per_step(); ++l) {
    const uint64_t lane = step * walk_->lanes_per_step() + l;
    const bool present = lane < walk_->lane_count();
    for (uint32_t z = 0; z < depth; ++z) {
      Row row{&places_[z], 0, 0, 0, &held_[l], block + l * layout_.lane_stride + z * layout_.depth_stride};
      if (present)
        row.offset = walk_->lane_base(lane), row.y = walk_->lane_y(lane), row.x = walk_->lane_x(lane);
      present&& row.places->ports != 0 ? read_row(row, true, banks, read) : fill(row, 0);
    }
  }
  return read;
}

/// The elements of all depth positions at once, if they lie side by side in the buffer too.
bool StepReader::read_deep(std::size_t at, Lane* block) {
  const uint32_t depth = walk_->depth();
  const KTable::Column& k = walk_->k_table().column(0);
  const Row first{&places_[0], k.offset[at], k.dy[at], k.dx[at], nullptr, block};
  for (uint32_t z = 1; z < depth; ++z) {
    const KTable::Column& next = walk_->k_table().column(z);
    if (next.fill[at] != 0 || next.dy[at] != first.y || next.dx[at] != first.x ||
        next.offset[at] != first.offset + z * int64_t{sizeof(Lane)})
      return false;
  }
  Row last = first;
  last.offset += (depth - 1) * int64_t{sizeof(Lane)};
  if (k.fill[at] != 0 || !all_inside(first) || !reaches(first) || !reaches(last)) return false;
  gather_blocks(memory_ + first.offset, places_[0].at.data(), ports_, depth, block);
  return true;
}

/// What is outside changes with the tap only, as long as the ports are lanes.
bool StepReader::all_inside(const Row& row) {
  if (!walk_->bounded()) return true;
  const bool known = outside_known_ && row.y == outside_y_ && row.x == outside_x_;
  if (!known) {
    const Places& places = *row.places;
    outside_count_ = find_outside(places.dy.data(), row.y, walk_->limit(0), places.dx.data(), row.x,
                                  walk_->limit(1), places.ports, outside_.data());
    std::fill(outside_.begin() + static_cast<std::ptrdiff_t>(places.ports), outside_.end(), -1);
    outside_y_ = row.y, outside_x_ = row.x;
    outside_known_ = walk_->along_k();
  }
  return outside_count_ == 0;
}

bool StepReader::reaches(const Row& row) const {
  return row.places->lowest + row.offset >= 0 &&
         row.places->highest + row.offset + operand_bytes_ <= buffer_size_;
}

void StepReader::fill(const Row& row, std::size_t first) {
  for (std::size_t p = first; p < ports_; ++p) row.out[p * stride_] = layout_.fill;
}

void StepReader::read_row(const Row& row, bool values, uint32_t* banks, Read& read) {
  const Places& places = *row.places;
  if (!all_inside(row) || !reaches(row) || places.ports != ports_) return read_bounded(row, banks, read);
  Held& held = *row.held;
  if (moves_as_one(row)) {
    if (word_of(places, 0, row.offset) != word_of(places, 0, held.offset)) open_all(row, banks, read);
  } else {
    write_latches(held);
    const WordChange change = find_words(places.at.data(), static_cast<int32_t>(row.offset), word_shift_,
                                         held.latches, groups_, words_.data());
    if (change == WordChange::all && (places.dense || places.sparse)) {
      open_all(row, banks, read);
    } else if (change != WordChange::none) {
      open_some(row, banks, read);
    }
  }
  held.places = &places;
  held.offset = row.offset;
  read.elements += ports_;
  if (values) take(row);
}

/// Since the row whose words the ports hold, either all words have changed or none.
bool StepReader::moves_as_one(const Row& row) const {
  const Places& places = *row.places;
  if (row.held->places != &places || !(places.dense || places.sparse)) return false;
  const auto word_bytes = int64_t{1} << word_shift_;
  return places.level || ((row.offset - row.held->offset) & (word_bytes - 1)) == 0;
}

void StepReader::write_latches(Held& held) {
  if (held.places == nullptr) return;
  words_of_places(held.places->at.data(), static_cast<int32_t>(held.offset), word_shift_, groups_,
                  held.latches);
  held.places = nullptr;
}

void StepReader::take(const Row& row) {
  const Places& places = *row.places;
  if (places.pitch != 0) {
    kernels_->load_run(memory_ + row.offset + places.at[0], places.pitch, ports_, row.out, stride_);
  } else if (operand_bytes_ == sizeof(Lane)) {
    gather_lanes(memory_ + row.offset, places.at.data(), ports_, row.out, stride_);
  } else {
    for (std::size_t p = 0; p < ports_; ++p) wide_addresses_[p] = row.offset + places.at[p];
    kernels_->load_ports(memory_, wide_addresses_.data(), ports_, row.out, stride_);
  }
}

/// Of a row with ports that read nothing, or that may reach beyond the buffer.
void StepReader::read_bounded(const Row& row, uint32_t* banks, Read& read) {
  const Places& places = *row.places;
  if (!walk_->bounded()) {
    const auto end = outside_.begin() + static_cast<std::ptrdiff_t>(places.ports);
    std::fill(outside_.begin(), end, 0);
    std::fill(end, outside_.end(), -1);
  }
  write_latches(*row.held);
  const PortReach reach =
      find_bounded_words(places.at.data(), static_cast<int32_t>(row.offset), outside_.data(), word_shift_,
                         row.held->latches, groups_, words_.data(), addresses_.data());
  if (reach.highest + operand_bytes_ > buffer_size_) {
    throw std::logic_error("an operand view reaches beyond its buffer");
  }
  for (std::size_t p = 0; p < places.ports; ++p) wide_addresses_[p] = addresses_[p];
  read.elements += kernels_->load_ports(memory_, wide_addresses_.data(), places.ports, row.out, stride_);
  fill(row, places.ports);
  if (!reach.changed) return;
  open_some(row, banks, read);
  std::copy_n(words_.data(), groups_, row.held->latches);
}

/// Neighbours that open one word in one step share an access.
void StepReader::open_all(const Row& row, uint32_t* banks, Read& read) {
  const Places& places = *row.places;
  const uint32_t first = word_of(places, 0, row.offset), last = word_of(places, ports_ - 1, row.offset);
  const uint32_t shared = first == shared_word_ ? 1 : 0;
  std::size_t count;
  if (places.dense) {
    count = last - first + 1 - shared;
    banks_of_range(bank_map_, first + shared, count, banks + read.words);
  } else {
    count = ports_ - shared;
    banks_of_places(bank_map_, places.at.data() + shared, static_cast<int32_t>(row.offset), word_shift_,
                    count, banks + read.words);
  }
  read.words += count;
  shared_word_ = last;
}

void StepReader::open_some(const Row& row, uint32_t* banks, Read& read) {
  const BankMap map = bank_map_;
  uint32_t *to = banks + read.words, shared = shared_word_;
  const uint32_t* latches = row.held->latches;
  const std::size_t ports = row.places->ports;
  for (std::size_t p = 0; p < ports; ++p) {
    const uint32_t word = words_[p];
    const bool changed = word != latches[p];
    *to = map.bank_of(word);
    to += changed && word != shared ? 1 : 0;
    shared = changed ? word : shared;
  }
  read.words = static_cast<std::size_t>(to - banks);
  shared_word_ = shared;
}

}  // namespace systole
