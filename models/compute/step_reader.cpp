#include "models/compute/step_reader.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace systole {
namespace {

/// Mostly whole groups: worth no call.
void copy_lanes(const uint8_t* from, std::size_t count, Lane* out) {
  std::size_t done = 0;
  for (; done + kPortGroup <= count; done += kPortGroup) {
    std::memcpy(out + done, from + done * sizeof(Lane), kPortGroup * sizeof(Lane));
  }
  for (; done < count; ++done) std::memcpy(out + done, from + done * sizeof(Lane), sizeof(Lane));
}

}  // namespace

StepReader::Read StepReader::read(uint64_t step, Lane* block, uint32_t* banks) {
  Read read;
  shared_word_ = kNoWord;
  const uint32_t depth = walk_->depth();
  if (walk_->along_k()) {
    const std::size_t at = walk_->k_begin() + step;
    if (deep_ && read_deep(at, block, banks, read)) return read;
    for (uint32_t z = 0; z < depth; ++z) {
      const KTable::Column& k = walk_->k_table().column(z);
      const Row row{&places_[0], k.offset[at], k.dy[at],
                    k.dx[at],    held_.data(), block + z * layout_.depth_stride};
      if (k.fill[at] != 0) {
        fill(row, 0);
      } else {
        read_row(row, banks, read);
      }
    }
    return read;
  }
  for (uint32_t l = 0; l < walk_->lanes_per_step(); ++l) {
    const uint64_t lane = step * walk_->lanes_per_step() + l;
    for (uint32_t z = 0; z < depth; ++z) {
      Row row{&places_[z], 0, 0, 0, &held_[l], block + l * layout_.lane_stride + z * layout_.depth_stride};
      if (lane >= walk_->lane_count() || row.places->ports == 0) {
        fill(row, 0);
        continue;
      }
      row.offset = walk_->lane_base(lane);
      row.y = walk_->lane_y(lane);
      row.x = walk_->lane_x(lane);
      read_row(row, banks, read);
    }
  }
  return read;
}

/// The elements of all depth positions at once, if they lie side by side in the buffer too.
bool StepReader::read_deep(std::size_t at, Lane* block, uint32_t* banks, Read& read) {
  const uint32_t depth = walk_->depth();
  const KTable::Column& k = walk_->k_table().column(0);
  Row row{&places_[0], k.offset[at], k.dy[at], k.dx[at], held_.data(), block};
  for (uint32_t z = 1; z < depth; ++z) {
    const KTable::Column& next = walk_->k_table().column(z);
    if (next.fill[at] != 0 || next.dy[at] != row.y || next.dx[at] != row.x ||
        next.offset[at] != row.offset + z * operand_bytes_)
      return false;
  }
  if (k.fill[at] != 0) return false;
  const bool inside = all_inside(row);
  if (!reaches(row, depth * operand_bytes_)) return false;
  const int32_t *place = row.places->at.data(), *outside = inside ? nullptr : outside_.data();
  if (in_planes_) {
    gather_planes(memory_ + row.offset, place, outside, ports_, layout_.depth_stride, block);
  } else {
    gather_blocks(memory_ + row.offset, place, outside, ports_, depth, block);
  }
  for (uint32_t z = 0; z < depth; ++z, row.offset += operand_bytes_) {
    if (inside) {
      read_whole(row, banks, read);
    } else {
      read_inside(row, banks, read);
    }
  }
  return true;
}

/// What is outside changes with the tap only, as long as the ports are lanes.
bool StepReader::all_inside(const Row& row) {
  if (!walk_->bounded()) return true;
  if (walk_->along_k() && outside_set_ != 0 && row.y == outside_y_ && row.x == outside_x_) {
    return outside_of_.count == 0;
  }
  const Places& places = *row.places;
  outside_of_ = find_outside(places.dy.data(), row.y, walk_->limit(0), places.dx.data(), row.x,
                             walk_->limit(1), places.at.data(), places.ports, outside_.data());
  std::fill(outside_.begin() + static_cast<std::ptrdiff_t>(places.ports), outside_.end(), -1);
  outside_y_ = row.y, outside_x_ = row.x;
  ++outside_set_;
  first_inside_ = static_cast<std::size_t>(std::find(outside_.begin(), outside_.end(), 0) - outside_.begin());
  return outside_of_.count == 0;
}

/// True when none of a row's ports, but for those outside, reads `bytes` that reach beyond the buffer.
bool StepReader::reaches(const Row& row, int64_t bytes) const {
  const int64_t lowest = walk_->bounded() ? outside_of_.lowest : row.places->lowest;
  const int64_t highest = walk_->bounded() ? outside_of_.highest : row.places->highest;
  return lowest + row.offset >= 0 && highest + row.offset + bytes <= buffer_size_;
}

void StepReader::fill(const Row& row, std::size_t first) {
  for (std::size_t p = first; p < ports_; ++p) row.out[p * stride_] = layout_.fill;
}

void StepReader::read_row(const Row& row, uint32_t* banks, Read& read) {
  const bool inside = all_inside(row);
  if (!reaches(row, operand_bytes_) || row.places->ports != ports_) return read_bounded(row, banks, read);
  if (inside) {
    read_whole(row, banks, read);
    take(row);
  } else {
    read_inside(row, banks, read);
    take_inside(row);
  }
}

void StepReader::read_whole(const Row& row, uint32_t* banks, Read& read) {
  const Places& places = *row.places;
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
}

/// Some ports are outside, and go on holding their words. The others' move as those of a whole row do.
void StepReader::read_inside(const Row& row, uint32_t* banks, Read& read) {
  const Places& places = *row.places;
  Held& held = *row.held;
  write_latches(held);
  read.elements += ports_ - outside_of_.count;
  if (outside_of_.count == ports_) return;
  const bool same = held.outside_set == outside_set_ && shifts_alike(row) &&
                    word_of(places, first_inside_, row.offset) == word_of(places, first_inside_, held.offset);
  held.outside_set = outside_set_;
  held.offset = row.offset;
  if (same) return;
  const PortReach reach =
      find_bounded_words(places.at.data(), static_cast<int32_t>(row.offset), outside_.data(), word_shift_,
                         held.latches, groups_, words_.data(), addresses_.data());
  if (!reach.changed) return;
  open_some(row, banks, read);
  std::copy_n(words_.data(), groups_, held.latches);
}

/// Since the row whose words the ports hold, either all words have changed or none.
bool StepReader::moves_as_one(const Row& row) const {
  const Places& places = *row.places;
  return row.held->places == &places && (places.dense || places.sparse) && shifts_alike(row);
}

/// From the words held at held.offset to those at row.offset it is equally far for all ports.
bool StepReader::shifts_alike(const Row& row) const {
  const auto word_bytes = int64_t{1} << word_shift_;
  return row.places->level || ((row.offset - row.held->offset) & (word_bytes - 1)) == 0;
}

void StepReader::write_latches(Held& held) {
  if (held.places == nullptr) return;
  words_of_places(held.places->at.data(), static_cast<int32_t>(held.offset), word_shift_, groups_,
                  held.latches);
  held.places = nullptr;
  held.outside_set = 0;
}

void StepReader::take(const Row& row) {
  const Places& places = *row.places;
  if (places.pitch == sizeof(Lane) && operand_bytes_ == sizeof(Lane) && stride_ == 1) {
    copy_lanes(memory_ + row.offset + places.at[0], ports_, row.out);
  } else if (places.pitch != 0) {
    kernels_->load_run(memory_ + row.offset + places.at[0], places.pitch, ports_, row.out, stride_);
  } else if (operand_bytes_ == sizeof(Lane)) {
    gather_lanes(memory_ + row.offset, places.at.data(), nullptr, ports_, row.out, stride_);
  } else {
    for (std::size_t p = 0; p < ports_; ++p) wide_addresses_[p] = row.offset + places.at[p];
    kernels_->load_ports(memory_, wide_addresses_.data(), ports_, row.out, stride_);
  }
}

void StepReader::take_inside(const Row& row) {
  const int32_t* place = row.places->at.data();
  if (operand_bytes_ == sizeof(Lane)) {
    gather_lanes(memory_ + row.offset, place, outside_.data(), ports_, row.out, stride_);
    return;
  }
  for (std::size_t p = 0; p < ports_; ++p) {
    wide_addresses_[p] = outside_[p] != 0 ? -1 : row.offset + place[p];
  }
  kernels_->load_ports(memory_, wide_addresses_.data(), ports_, row.out, stride_);
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
  row.held->outside_set = 0;
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
    uint32_t* to = banks + read.words;
    if (count < kPortGroup) {
      const BankMap map = bank_map_;
      for (uint32_t i = 0; i < count; ++i) to[i] = map.bank_of(first + shared + i);
    } else {
      banks_of_range(bank_map_, first + shared, count, to);
    }
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
