#pragma once
#include <vector>

#include "sim/report/trace/bins.h"
#include "sim/report/trace/footprint.h"

namespace systole {

/// How much of one buffer holds something that is still of use: from the beginning of the instruction that
/// writes it to the end of the last one that reads it before something else takes the place.
class Occupancy {
 public:
  explicit Occupancy(Bins& bytes) : bytes_(bytes) {}

  /// An instruction begins that reads or writes the area.
  void begin_read(const Area& area, Cycle now);
  void begin_write(const Area& area, Cycle now);
  /// And it has ended before `now`.
  void end(const Area& area, Cycle now);
  /// No more comes.
  void finish();

 private:
  struct Resident {
    uint64_t begin, end, bytes;
    Cycle since, used;  ///< `used`: the end of the last instruction that read or wrote it
    bool read;
  };
  void leave(const Resident& resident) { bytes_.add(resident.since, resident.used, resident.bytes); }

  Bins& bytes_;
  std::vector<Resident> residents_;
};

}  // namespace systole
