#include "models/compute/exact/result_values.h"

#include <algorithm>
#include <cstring>

namespace systole {

void ResultValues::configure(const ArrayShape& shape, uint32_t entries) {
  shape_ = shape;
  arithmetic_ = arithmetic_of(shape.summation, shape.formats);
  entries_.assign(uint64_t{entries} * shape.x_lanes * shape.width(), 0);
  line_.assign(shape.width(), 0);
}

void ResultValues::merge(Accumulators& accumulators, const ResultVector& vector, const Lane* results) {
  for (const Accumulators::Line& line : accumulators.lines(vector)) {
    merge_line(accumulators, vector, line, results);
    results += shape_.width();
  }
}

void ResultValues::merge_line(Accumulators& accumulators, const ResultVector& vector,
                              const Accumulators::Line& line, const Lane* results) {
  const std::size_t n = vector.y_count;
  Lane* const entry = line.held ? entries_.data() + line.entry * shape_.width() : line_.data();
  Lane* const sums = line.store ? line_.data() : entry;
  if (line.fresh) {
    std::copy_n(results, n, sums);
  } else {
    if (line.load) {
      load(accumulators, vector, line.address, sums);
    } else if (sums != entry) {
      std::copy_n(entry, n, sums);
    }
    arithmetic_.add(sums, results, n);
  }
  if (!line.store) return;
  arithmetic_.canonicalize(sums, n);
  store(accumulators, vector, line.address, sums);
}

void ResultValues::load(const Accumulators& accumulators, const ResultVector& vector, int64_t address,
                        Lane* sums) {
  const Space space = accumulators.route().view.buffer;
  const int64_t* offset = accumulators.y_offsets().data() + vector.first_y;
  for (std::size_t l = 0; l < vector.y_count; ++l) {
    std::memcpy(sums + l, image_.at(space, address + offset[l], sizeof(Lane)), sizeof(Lane));
  }
}

void ResultValues::store(const Accumulators& accumulators, const ResultVector& vector, int64_t address,
                         const Lane* sums) {
  const Space space = accumulators.route().view.buffer;
  const int64_t* offset = accumulators.y_offsets().data() + vector.first_y;
  for (std::size_t l = 0; l < vector.y_count; ++l) {
    std::memcpy(image_.at(space, address + offset[l], sizeof(Lane)), sums + l, sizeof(Lane));
  }
}

}  // namespace systole
