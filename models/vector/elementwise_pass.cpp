#include "models/vector/elementwise_pass.h"

#include <algorithm>
#include <cstring>

#include "models/functional/elementwise.h"
#include "models/result_place.h"

namespace systole {

void ElementwisePass::start(const VectorOp& op) {
  op_ = op;
  elements_ = uint64_t{op.source.m[0].size} * op.source.m[1].size * op.source.m[2].size * op.source.n.size;
  read_ = written_ = 0;
  source_.reset();
  bias_.reset();
  target_.reset();
}

bool ElementwisePass::write_back(Cycle now) {
  SramBuffer& buffer = *buffers_[static_cast<int>(op_.target.buffer)];
  const uint64_t end = std::min(read_, written_ + lanes_), begin = written_;
  while (written_ < end) {
    const uint64_t to = element_address(op_.target, written_, op_.source.n.size);
    if (!target_.open(buffer, to, true, Tensor::output, now)) break;
    buffer.count_write(Tensor::output, 0, 1);
    if (image_ != nullptr) {
      store_element(op_, held_[written_ % held_.size()],
                    image_->at(op_.target.buffer, static_cast<int64_t>(to), target_bytes(op_)));
    }
    ++written_;
  }
  return written_ != begin;
}

/// Element `read_`, which lies at `from`, with the numbers of its column.
void ElementwisePass::take(uint64_t from, uint64_t bias_at) {
  Lane value, column[2] = {};
  std::memcpy(&value, image_->at(op_.source.buffer, static_cast<int64_t>(from), sizeof value), sizeof value);
  const std::size_t bytes = op_.column_numbers() * sizeof(Lane);
  if (bytes != 0) {
    std::memcpy(column, image_->at(op_.bias_buffer, static_cast<int64_t>(bias_at), bytes), bytes);
  }
  held_[read_ % held_.size()] = elementwise(op_, value, column);
}

bool ElementwisePass::read_ahead(Cycle now, VectorStats& stats) {
  SramBuffer& buffer = *buffers_[static_cast<int>(op_.source.buffer)];
  SramBuffer& bias_buffer = *buffers_[static_cast<int>(op_.bias_buffer)];
  const uint64_t begin = read_, numbers = op_.column_numbers();
  const uint64_t end = std::min({elements_, begin + lanes_, written_ + lanes_});
  while (read_ < end) {
    const uint64_t from = element_address(op_.source, read_, op_.source.n.size);
    if (!source_.open(buffer, from, false, Tensor::output, now)) break;
    const uint64_t bias_at = op_.bias_base + read_ % op_.source.n.size * numbers * sizeof(Lane);
    if (numbers != 0) {
      // Both numbers of a column lie in one word, or in a word each.
      if (!bias_.open(bias_buffer, bias_at, false, Tensor::bias, now)) break;
      if (numbers > 1 && !bias_.open(bias_buffer, bias_at + sizeof(Lane), false, Tensor::bias, now)) break;
      bias_buffer.count_read(Tensor::bias, 0, numbers);
    }
    buffer.count_read(Tensor::output, 0, 1);
    if (image_ != nullptr) take(from, bias_at);
    ++read_;
  }
  const uint64_t count = read_ - begin;
  stats.adds += (op_.has_bias ? count : 0) + (op_.zero_point != 0 ? count : 0);
  stats.multiplies += op_.has_scale ? count : 0;
  stats.other += (op_.relu ? count : 0) + (op_.converts() ? count : 0);  // comparisons and roundings
  return count != 0;
}

bool ElementwisePass::step(Cycle now, VectorStats& stats) {
  // Written first: what was read a cycle ago leaves while the next group comes in.
  const bool wrote = write_back(now);
  return read_ahead(now, stats) || wrote;
}

}  // namespace systole
