#pragma once
#include <tuple>

#include "models/kernel/flat_list.h"
#include "models/kernel/time.h"

namespace systole {

/// A request that is answered from cycle `from` on.
struct DramResponse {
  Cycle from = 0;
  uint64_t order = 0, number = 0;  ///< among equals: the timing's order, then that of the requests
  uint32_t id = 0;                 ///< the client's
  bool read = false;
  bool before(const DramResponse& o) const {
    return std::tie(from, order, number) < std::tie(o.from, o.order, o.number);
  }
};

/// Responses by cycle. They come nearly in order, so a sorted line is faster than a heap.
class ResponseQueue {
 public:
  bool empty() const { return head_ == line_.size(); }
  const DramResponse& front() const { return line_[head_]; }
  void push(const DramResponse& response) {
    line_.add(response);
    for (uint32_t at = line_.size() - 1; at != head_ && response.before(line_[at - 1]); --at) {
      std::swap(line_[at], line_[at - 1]);
    }
  }
  void pop() {
    ++head_;
    if (empty()) {
      line_.clear();
      head_ = 0;
    } else if (head_ == kMostGone) {
      drop_gone();
    }
  }

 private:
  [[gnu::noinline]] void drop_gone() {
    std::copy(line_.begin() + head_, line_.end(), line_.begin());
    for (; head_ != 0; --head_) line_.drop_back();
  }

  static constexpr uint32_t kMostGone = 256;  ///< so that what is gone is dropped only now and then
  FlatList<DramResponse> line_;
  uint32_t head_ = 0;
};

}  // namespace systole
