#pragma once
// A policy family: one interface, one file a policy.
#include <cstdint>
#include <memory>

#include "models/memory/params.h"

namespace systole {

/// When the data of a burst is through, for models without banks. Times in femtoseconds since reset.
class DramTiming {
 public:
  virtual ~DramTiming() = default;
  virtual void reset() = 0;
  /// `accepted_fs`: when the model took the request; calls come in the order of acceptance.
  virtual uint64_t finish_fs(uint64_t accepted_fs, uint64_t bytes) = 0;
};

std::unique_ptr<DramTiming> make_fixed_timing(const DramParams& params);
std::unique_ptr<DramTiming> make_ideal_timing();

}  // namespace systole
