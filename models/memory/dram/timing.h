#pragma once
// A policy family: one interface, one file a policy.
#include <cstdint>
#include <memory>
#include <vector>

#include "models/kernel/time.h"
#include "models/memory/dram/banked/channel.h"
#include "models/memory/params.h"
#include "models/stats.h"

namespace systole {

/// Bytes [address, address + bytes) in whole bursts.
struct DramRequest {
  uint32_t ticket = 0;
  uint64_t address = 0, bytes = 0;
  bool write = false;
};

struct DramTaken {
  uint32_t ticket = 0;
  Cycle cycle = 0;
};

/// How time passes in the memory, in edges of its own clock. Knows no bytes and no protocol.
class DramTiming {
 public:
  virtual ~DramTiming() = default;
  virtual void reset() = 0;
  /// Takes the request over in cycle `now`, which is not the first: it is taken in, burst by burst, as there
  /// is room. Cycles must not go back from call to call. What is certain of later cycles may be done at once.
  /// Returns the cycle of the last burst where it is; kNever: the request will be among taken().
  virtual Cycle hand_over(const DramRequest& request, Cycle now) = 0;
  /// Does all that happens up to cycle `now`, after what was handed over in it. Nothing more is handed over
  /// before the cycle after `until`: goes on to there, or to where a request is taken in or answered.
  virtual void advance(Cycle now, Cycle until) = 0;
  /// Before this cycle no request is taken in or answered but those listed below. kNever when nothing is left
  /// to do.
  Cycle next() const { return next_; }
  /// True when requests are answered in the order in which they are taken, and that is known at once.
  bool in_order() const { return in_order_; }
  /// Requests wholly taken in since they were handed over, each with the cycle of its last burst; the caller
  /// takes them away.
  FlatList<DramTaken>& taken() { return taken_; }
  /// Requests answered, each with the cycle from which it is; the caller takes them away.
  FlatList<DramCompletion>& completions() { return completions_; }
  /// True when no request and no posted write is left.
  virtual bool idle() const = 0;
  /// The cycle in which the last data have left the bus.
  virtual Cycle drained() const = 0;
  /// Closes the books at cycle `end`.
  virtual void finish(Cycle end, DramStats& stats) = 0;

 protected:
  explicit DramTiming(bool in_order) : in_order_(in_order) {}
  FlatList<DramTaken> taken_;
  FlatList<DramCompletion> completions_;
  Cycle next_ = kNever;

 private:
  bool in_order_;
};

std::unique_ptr<DramTiming> make_fixed_timing(const DramParams& params);
std::unique_ptr<DramTiming> make_ideal_timing(const DramParams& params);

}  // namespace systole
