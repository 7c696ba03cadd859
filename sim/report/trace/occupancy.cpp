#include "sim/report/trace/occupancy.h"

#include <algorithm>

namespace systole {
namespace {

template <class Resident>
bool overlap(const Resident& resident, const Area& area) {
  return resident.begin < area.end && area.begin < resident.end;
}

}  // namespace

void Occupancy::begin_read(const Area& area, Cycle now) {
  for (Resident& resident : residents_) {
    if (!overlap(resident, area)) continue;
    resident.read = true;
    resident.used = std::max(resident.used, now);
  }
}

/// What lies there and was read makes room; what was not is a tile that comes in several pieces, or sums that
/// are added to.
void Occupancy::begin_write(const Area& area, Cycle now) {
  Resident whole{area.begin, area.end, area.bytes, now, now, false};
  std::size_t kept = 0;
  for (const Resident& resident : residents_) {
    if (!overlap(resident, area)) {
      residents_[kept++] = resident;
    } else if (resident.read) {
      leave(resident);
    } else if (resident.begin <= area.begin && area.end <= resident.end && area.bytes <= resident.bytes) {
      whole = resident;
    } else {
      leave({0, 0, resident.bytes, resident.since, now, false});
      whole.begin = std::min(whole.begin, resident.begin);
      whole.end = std::max(whole.end, resident.end);
      whole.bytes = std::min(whole.bytes + resident.bytes, whole.end - whole.begin);
    }
  }
  residents_.erase(residents_.begin() + static_cast<std::ptrdiff_t>(kept), residents_.end());
  residents_.push_back(whole);
}

void Occupancy::end(const Area& area, Cycle now) {
  for (Resident& resident : residents_) {
    if (overlap(resident, area)) resident.used = std::max(resident.used, now);
  }
}

void Occupancy::finish() {
  for (const Resident& resident : residents_) leave(resident);
  residents_.clear();
}

}  // namespace systole
