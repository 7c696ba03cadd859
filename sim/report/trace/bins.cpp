#include "sim/report/trace/bins.h"

#include <algorithm>

namespace systole {

uint64_t Bins::width_for(Cycle begin, Cycle end) {
  uint64_t width = 1;
  while (end > begin && (end - begin - 1) / width >= kMostBins) width *= 2;
  return width;
}

void Bins::widen_to(uint64_t width) {
  while (width_ < width) {
    for (std::size_t i = 0; i < bins_.size(); i += 2) {
      bins_[i / 2] = bins_[i] + (i + 1 < bins_.size() ? bins_[i + 1] : 0);
    }
    bins_.resize((bins_.size() + 1) / 2);
    width_ *= 2;
  }
}

template <class Share>
void Bins::fill(Cycle from, Cycle to, const Share& share) {
  total_ += share(to - from);
  const Cycle first = std::max(from, begin_), last = std::min(to, end_);
  if (first >= last) return;
  widen_to(width_for(begin_, last));
  const std::size_t end_bin = (last - begin_ - 1) / width_ + 1;
  if (bins_.size() < end_bin) bins_.resize(end_bin);
  uint64_t before = share(first - from);
  for (std::size_t bin = (first - begin_) / width_; bin < end_bin; ++bin) {
    const uint64_t upto = share(std::min(last, begin_ + (bin + 1) * width_) - from);
    bins_[bin] += upto - before;
    before = upto;
  }
}

void Bins::add(Cycle from, Cycle to, uint64_t rate) {
  fill(from, to, [rate](Cycle cycles) { return rate * cycles; });
}

void Bins::spread(Cycle from, Cycle to, uint64_t amount) {
  const uint64_t length = to - from;
  fill(from, to,
       [=](Cycle cycles) { return static_cast<uint64_t>(static_cast<Wide>(amount) * cycles / length); });
}

}  // namespace systole
