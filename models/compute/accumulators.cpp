#include "models/compute/accumulators.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <numeric>

namespace systole {
namespace {

int64_t m_offset(const ResultView& view, uint64_t m) {
  if (m < view.m[2].size) return static_cast<int64_t>(m) * view.m[2].stride;
  const uint64_t inner = m % view.m[2].size, rest = m / view.m[2].size;
  return static_cast<int64_t>(rest / view.m[1].size) * view.m[0].stride +
         static_cast<int64_t>(rest % view.m[1].size) * view.m[1].stride +
         static_cast<int64_t>(inner) * view.m[2].stride;
}

int64_t n_offset(const ResultView& view, uint64_t n) { return static_cast<int64_t>(n) * view.n.stride; }

}  // namespace

Accumulators::Accumulators(sc_core::sc_module_name name, const Params& params)
    : sc_module(name), params_(params) {}

void Accumulators::configure(const ArrayShape& shape) {
  shape_ = shape;
  kernels_ = &kernels_of(shape.format);
  entries_.assign(uint64_t{params_.entries} * shape.x_lanes * shape.width(), 0);
  line_.assign(shape.width(), 0);
}

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
  if (!lines_.empty() && lines_of_ == vector) return lines_;
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
    line.entry = held ? entries_.data() + (vector.entry * shape_.x_lanes + x) * shape_.width() : nullptr;
    line.fresh = source == PsumSource::none;
    line.load = source == PsumSource::buffer || (source == PsumSource::accumulators && !held);
    line.store = target == PsumTarget::buffer || !held;
  }
  return lines_;
}

void Accumulators::merge(const ResultVector& vector, const Lane* results, std::size_t stride) {
  for (const Line& line : lines(vector)) {
    merge_line(line, results);
    results += stride;
  }
}

void Accumulators::merge_line(const Line& line, const Lane* results) {
  const std::size_t n = fold_.y_count;
  Lane* const sums = line.store ? line_.data() : line.entry;
  if (line.fresh) {
    std::copy_n(results, n, sums);
  } else {
    if (line.load) {
      load_line(line.address, sums);
    } else {
      if (sums != line.entry) std::copy_n(line.entry, n, sums);
      accesses_ += n;
    }
    kernels_->add(sums, results, n);
    adds_ += n;
  }
  if (line.store) {
    store_line(line.address);
  } else {
    accesses_ += n;
  }
}

uint64_t Accumulators::count_words(int64_t address) {
  if (!side_by_side_) return words_of(address).size();
  const uint64_t first = static_cast<uint64_t>(address + y_offsets_[0]);
  return buffer_->word_of(first + (fold_.y_count - 1) * sizeof(Lane)) - buffer_->word_of(first) + 1;
}

const std::vector<uint64_t>& Accumulators::words_of(int64_t address) {
  if (side_by_side_) {
    words_.resize(count_words(address));
    std::iota(words_.begin(), words_.end(), buffer_->word_of(static_cast<uint64_t>(address + y_offsets_[0])));
    return words_;
  }
  words_.resize(fold_.y_count);
  for (std::size_t l = 0; l < words_.size(); ++l) {
    words_[l] = buffer_->word_of(static_cast<uint64_t>(address + y_offsets_[l]));
  }
  if (share_words_) words_.erase(std::unique(words_.begin(), words_.end()), words_.end());
  return words_;
}

void Accumulators::load_line(int64_t address, Lane* sums) {
  const std::size_t n = fold_.y_count;
  if (side_by_side_) {
    std::memcpy(sums, buffer_->bytes() + address + y_offsets_[0], n * sizeof(Lane));
  } else {
    for (std::size_t l = 0; l < n; ++l)
      std::memcpy(&sums[l], buffer_->bytes() + address + y_offsets_[l], sizeof(Lane));
  }
  buffer_->count_read(Tensor::psum, count_words(address), n);
}

void Accumulators::store_line(int64_t address) {
  const bool final = fold_.last_k && route_.target == PsumTarget::buffer;
  const std::size_t n = fold_.y_count;
  kernels_->canonicalize(line_.data(), n);
  if (side_by_side_) {
    std::memcpy(buffer_->bytes() + address + y_offsets_[0], line_.data(), n * sizeof(Lane));
  } else {
    for (std::size_t l = 0; l < n; ++l)
      std::memcpy(buffer_->bytes() + address + y_offsets_[l], &line_[l], sizeof(Lane));
  }
  buffer_->count_write(final ? route_.tensor : Tensor::psum, count_words(address), n);
}

const std::vector<uint32_t>& Accumulators::banks_of(const ResultVector& vector) {
  banks_.clear();
  for (const Line& at : lines(vector)) {
    if (!at.load && !at.store) continue;
    const std::vector<uint64_t>& words = words_of(at.address);
    for (int access = 0; access < int{at.load} + int{at.store}; ++access) {
      const std::size_t first = banks_.size();
      banks_.resize(first + words.size());
      for (std::size_t w = 0; w < words.size(); ++w) banks_[first + w] = buffer_->bank_of(words[w]);
    }
  }
  return banks_;
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

void Accumulators::open(const ResultVector& vector) { claims_.add(banks_of(vector)); }

}  // namespace systole
