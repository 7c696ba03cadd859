#include "models/compute/control/accumulators.h"

#include <algorithm>
#include <cstdlib>

#include "models/result_place.h"

namespace systole {

void Accumulators::reset() {
  claims_.clear();
  accesses_ = adds_ = 0;
}

void Accumulators::begin_fold(const Fold& fold, const ResultRoute& route, SramBuffer& buffer) {
  fold_ = fold;
  lines_.clear();
  route_ = route;
  buffer_ = &buffer;
  y_offsets_.resize(fold.y_count);
  for (uint64_t l = 0; l < fold.y_count; ++l) {
    const uint64_t y = fold.y_begin + l;
    y_offsets_[l] = route.view.base + (route.transposed ? m_offset(route.view, y) : n_offset(route.view, y));
  }
  side_by_side_ = true;
  share_words_ = false;
  for (uint64_t l = 1; l < fold.y_count; ++l) {
    const int64_t pitch = y_offsets_[l] - y_offsets_[l - 1];
    side_by_side_ = side_by_side_ && pitch == sizeof(Lane);
    share_words_ = share_words_ || std::abs(pitch) < int64_t{buffer.word_bytes()};
  }
}

const std::vector<Accumulators::Line>& Accumulators::lines(const ResultVector& vector) {
  if (!lines_.empty() && lines_of_.entry == vector.entry) return lines_;
  lines_of_ = vector;
  const uint64_t end = fold_.x_begin + fold_.x_count;
  const uint64_t left = vector.first_x < end ? end - vector.first_x : 0;
  lines_.resize(std::min<uint64_t>(shape_.x_lanes, left));
  const PsumSource source = fold_.first_k ? route_.source : PsumSource::accumulators;
  const PsumTarget target = fold_.last_k ? route_.target : PsumTarget::accumulators;
  const bool held = vector.entry < params_.entries;
  for (uint64_t x = 0; x < lines_.size(); ++x) {
    Line& line = lines_[x];
    const uint64_t lane = vector.first_x + x;
    line.address = route_.transposed ? n_offset(route_.view, lane) : m_offset(route_.view, lane);
    line.entry = vector.entry * shape_.x_lanes + x;
    line.held = held;
    line.fresh = source == PsumSource::none;
    line.load = source == PsumSource::buffer || (source == PsumSource::accumulators && !held);
    line.store = target == PsumTarget::buffer || !held;
  }
  return lines_;
}

void Accumulators::count(const ResultVector& vector) {
  const std::size_t n = vector.y_count;
  const bool final = fold_.last_k && route_.target == PsumTarget::buffer;
  for (const Line& line : lines(vector)) {
    const uint64_t words = line.load || line.store ? count_words(line.address) : 0;
    if (!line.fresh) adds_ += n;
    if (line.load) {
      buffer_->count_read(Tensor::psum, words, n);
    } else if (!line.fresh) {
      accesses_ += n;
    }
    if (line.store) {
      buffer_->count_write(final ? route_.tensor : Tensor::psum, words, n);
    } else {
      accesses_ += n;
    }
  }
}

uint64_t Accumulators::count_words(int64_t address) {
  if (!side_by_side_) return words_of(address).size();
  const uint64_t first = static_cast<uint64_t>(address + y_offsets_[lines_of_.first_y]);
  return buffer_->word_of(first + (lines_of_.y_count - 1) * sizeof(Lane)) - buffer_->word_of(first) + 1;
}

const std::vector<uint64_t>& Accumulators::words_of(int64_t address) {
  words_.resize(lines_of_.y_count);
  for (std::size_t l = 0; l < words_.size(); ++l) {
    words_[l] = buffer_->word_of(static_cast<uint64_t>(address + y_offsets_[lines_of_.first_y + l]));
  }
  if (share_words_) words_.erase(std::unique(words_.begin(), words_.end()), words_.end());
  return words_;
}

const std::vector<uint32_t>& Accumulators::banks_of(const ResultVector& vector) {
  banks_.clear();
  for (const Line& at : lines(vector)) {
    if (!at.load && !at.store) continue;
    const std::size_t first = banks_.size();
    add_banks(at.address);
    if (!at.load || !at.store) continue;
    const std::size_t words = banks_.size() - first;  // read, and then written
    banks_.resize(first + 2 * words);
    std::copy_n(banks_.begin() + static_cast<std::ptrdiff_t>(first), words,
                banks_.end() - static_cast<std::ptrdiff_t>(words));
  }
  return banks_;
}

void Accumulators::add_banks(int64_t address) {
  if (!side_by_side_) {
    for (const uint64_t word : words_of(address)) banks_.push_back(buffer_->bank_of(word));
    return;
  }
  const uint64_t first = buffer_->word_of(static_cast<uint64_t>(address + y_offsets_[lines_of_.first_y])),
                 words = count_words(address);
  const std::size_t at = banks_.size();
  banks_.resize(at + words);
  buffer_->banks_of(first, words, banks_.data() + at);
}

bool Accumulators::is_even(const ResultVector& vector) {
  if (side_by_side_ && lines(vector).size() == 1) {  // words that follow each other lie in banks of their own
    const Line& only = lines_[0];
    const uint32_t accesses = (only.load ? 1 : 0) + (only.store ? 1 : 0);
    if (accesses == 0 || count_words(only.address) <= buffer_->banks()) return accesses <= buffer_->ports();
  }
  counts_.resize(buffer_->bank_count(), 0);
  uint32_t most = 0;
  for (uint32_t bank : banks_of(vector)) most = std::max(most, ++counts_[bank]);
  for (uint32_t bank : banks_) counts_[bank] = 0;
  return most <= buffer_->ports();
}

}  // namespace systole
