#pragma once
#include <vector>

#include "models/compute/control/accumulators.h"
#include "models/functional/memory_image.h"
#include "models/number/sum/arithmetic.h"

namespace systole {

/// The sums that the accumulators hold, and their way into the buffer, vector by vector.
class ResultValues {
 public:
  explicit ResultValues(MemoryImage& image) : image_(image) {}

  void configure(const ArrayShape& shape, uint32_t entries);
  /// Merges a vector of results, x lanes `width` apart, into entries or buffer.
  void merge(Accumulators& accumulators, const ResultVector& vector, const Lane* results);

 private:
  void merge_line(Accumulators& accumulators, const ResultVector& vector, const Accumulators::Line& line,
                  const Lane* results);
  /// Copies a line of a vector between the buffer and `sums`.
  void load(const Accumulators& accumulators, const ResultVector& vector, int64_t address, Lane* sums);
  void store(const Accumulators& accumulators, const ResultVector& vector, int64_t address, const Lane* sums);

  MemoryImage& image_;
  ArrayShape shape_;
  Arithmetic arithmetic_ = int32_arithmetic;
  std::vector<Lane> entries_, line_;
};

}  // namespace systole
