#include "sim/lowering/directory.h"

namespace systole {

std::optional<uint32_t> Directory::find(uint64_t tile) const {
  const auto found = place_of_.find(tile);
  if (found == place_of_.end()) return std::nullopt;
  return found->second;
}

uint32_t Directory::victim() const {
  return entries_.size() < places_ ? static_cast<uint32_t>(entries_.size()) : oldest_;
}

uint32_t Directory::use(uint64_t tile) {
  if (const auto place = find(tile)) {
    unlink(*place);
    append(*place);
    return *place;
  }
  const uint32_t place = victim();
  if (place == entries_.size()) {
    entries_.emplace_back();
  } else {
    place_of_.erase(entries_[place].tile);
    unlink(place);
  }
  entries_[place].tile = tile;
  place_of_.emplace(tile, place);
  append(place);
  return place;
}

void Directory::unlink(uint32_t place) {
  const Entry& entry = entries_[place];
  (entry.older == kNone ? oldest_ : entries_[entry.older].newer) = entry.newer;
  (entry.newer == kNone ? newest_ : entries_[entry.newer].older) = entry.older;
}

void Directory::append(uint32_t place) {
  entries_[place].older = newest_;
  entries_[place].newer = kNone;
  (newest_ == kNone ? oldest_ : entries_[newest_].newer) = place;
  newest_ = place;
}

}  // namespace systole
