#include "models/compute/accumulators.h"

#include <algorithm>
#include <cstring>

namespace systole {
namespace {

constexpr uint64_t kNoWord = ~uint64_t{0};

int64_t m_offset(const ResultView& view, uint64_t m) {
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
  route_ = route;
  buffer_ = &buffer;
  y_offsets_.resize(fold.y_count);
  for (uint64_t l = 0; l < fold.y_count; ++l) {
    const uint64_t y = fold.y_begin + l;
    y_offsets_[l] = route.view.base + (route.transposed ? m_offset(route.view, y) : n_offset(route.view, y));
  }
}

void Accumulators::merge(uint64_t first_x, uint64_t entry, const Lane* results, std::size_t stride) {
  const uint64_t end = fold_.x_begin + fold_.x_count;
  const bool held = entry < params_.entries;
  for (uint32_t x = 0; x < shape_.x_lanes && first_x + x < end; ++x) {
    const uint64_t lane = first_x + x;
    const int64_t offset = route_.transposed ? n_offset(route_.view, lane) : m_offset(route_.view, lane);
    const std::size_t width = shape_.width();
    Lane* at = held ? entries_.data() + (entry * shape_.x_lanes + x) * width : nullptr;
    merge_line(results + x * stride, at, offset);
  }
}

void Accumulators::merge_line(const Lane* results, Lane* entry, int64_t address) {
  const PsumSource source = fold_.first_k ? route_.source : PsumSource::accumulators;
  const PsumTarget target = fold_.last_k ? route_.target : PsumTarget::accumulators;
  const std::size_t n = fold_.y_count;
  const Lane* old = nullptr;
  if (source == PsumSource::accumulators && entry != nullptr) {
    old = entry;
    accesses_ += n;
  } else if (source != PsumSource::none) {
    load_line(address);
    old = line_.data();
  }
  if (old == nullptr) {
    std::copy_n(results, n, line_.data());
  } else {
    if (old != line_.data()) std::copy_n(old, n, line_.data());
    kernels_->add(line_.data(), results, n);
    adds_ += n;
  }
  if (target == PsumTarget::accumulators && entry != nullptr) {
    std::copy_n(line_.data(), n, entry);
    accesses_ += n;
  } else {
    store_line(address, target == PsumTarget::buffer);
  }
}

void Accumulators::touch(uint64_t address, uint64_t& last_word, uint64_t& words) {
  const uint64_t word = buffer_->word_of(address);
  if (word == last_word) return;
  last_word = word;
  claims_.add(buffer_->bank_of(word));
  ++words;
}

void Accumulators::load_line(int64_t address) {
  uint64_t last = kNoWord, words = 0;
  for (std::size_t l = 0; l < fold_.y_count; ++l) {
    const uint64_t at = static_cast<uint64_t>(address + y_offsets_[l]);
    std::memcpy(&line_[l], buffer_->bytes() + at, sizeof(Lane));
    touch(at, last, words);
  }
  buffer_->count_read(Tensor::psum, words, fold_.y_count);
}

void Accumulators::store_line(int64_t address, bool final) {
  uint64_t last = kNoWord, words = 0;
  for (std::size_t l = 0; l < fold_.y_count; ++l) {
    const uint64_t at = static_cast<uint64_t>(address + y_offsets_[l]);
    std::memcpy(buffer_->bytes() + at, &line_[l], sizeof(Lane));
    touch(at, last, words);
  }
  buffer_->count_write(final ? route_.tensor : Tensor::psum, words, fold_.y_count);
}

}  // namespace systole
