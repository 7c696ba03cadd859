#include "sim/program/access_log.h"

#include <algorithm>
#include <functional>
#include <unordered_set>

namespace systole {
namespace {

struct Hash {
  std::size_t operator()(const Access* access) const {
    std::size_t hash = 0;
    const auto mix = [&hash](uint64_t value) { hash = hash * 1099511628211U + std::hash<uint64_t>{}(value); };
    mix(static_cast<uint64_t>(access->base));
    mix(access->run);
    for (const Axis& axis : access->axes) mix(static_cast<uint64_t>(axis.stride) * 65537U + axis.size);
    return hash;
  }
};

struct Equal {
  bool operator()(const Access* a, const Access* b) const {
    const auto same_axis = [](const Axis& x, const Axis& y) {
      return x.size == y.size && x.stride == y.stride;
    };
    const auto same_bound = [](const Bound& x, const Bound& y) {
      return x.origin == y.origin && x.lane_step == y.lane_step && x.k_step == y.k_step && x.limit == y.limit;
    };
    return a->base == b->base && a->run == b->run && a->taps == b->taps && a->sums == b->sums &&
           std::equal(a->axes.begin(), a->axes.end(), b->axes.begin(), same_axis) &&
           std::equal(a->bound.begin(), a->bound.end(), b->bound.begin(), same_bound);
  }
};

}  // namespace

void AccessLog::add(const Entry& entry, uint64_t over) {
  if (entries_.size() >= full_) {
    thin_out(over);
    full_ = std::max(kLeast, 2 * entries_.size());
  }
  append(entry);
}

void AccessLog::append(const Entry& entry) {
  const ByteRun& hull = entry.access.hull;
  hull_ = entries_.empty() ? hull : ByteRun{std::min(hull_.begin, hull.begin), std::max(hull_.end, hull.end)};
  entries_.push_back(entry);
}

void AccessLog::thin_out(uint64_t over) {
  std::unordered_set<const Access*, Hash, Equal> later;
  std::vector<Entry> kept;
  for (auto entry = entries_.rbegin(); entry != entries_.rend() && entry->count > over; ++entry) {
    if (later.insert(&entry->access).second) kept.push_back(*entry);
  }
  entries_.clear();
  for (auto entry = kept.rbegin(); entry != kept.rend(); ++entry) append(*entry);
}

}  // namespace systole
