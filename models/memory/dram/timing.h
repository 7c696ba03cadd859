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

/// What is left of a request to be taken in: bytes [address, address + bytes) in whole bursts.
struct DramRequest {
  uint32_t ticket = 0;
  uint64_t address = 0, bytes = 0;
  bool write = false;
};

/// How time passes in the memory, in edges of its own clock. Knows no bytes and no protocol.
class DramTiming {
 public:
  virtual ~DramTiming() = default;
  virtual void reset() = 0;
  /// Takes in as much of the request as there is room for in cycle `now`, which is not the first; what
  /// remains is to be offered again.
  virtual void take(DramRequest& request, Cycle now) = 0;
  /// Forgets who was refused: all that wait are offered anew.
  virtual void offer_anew() {}
  /// Takes in the whole request, from cycle `from` on, if nothing to come can get in between, a refused
  /// request neither: calls come in the order of their cycles. Returns the cycle in which the last of it is
  /// taken in; kNever, and nothing has been done, when that is not certain.
  virtual Cycle take_ahead(DramRequest& request, Cycle from) = 0;
  /// Does all that happens up to cycle `now`, after what was taken in it.
  virtual void advance(Cycle now) = 0;
  /// Before this cycle nothing comes of leaving things undone: no request is answered that is not among the
  /// completions, and none that was refused can be taken. kNever when nothing is left to do.
  Cycle next() const { return next_; }
  /// True when requests are answered in the order in which they are taken, and that is known at once.
  bool in_order() const { return in_order_; }
  /// Requests answered, each with the cycle from which it is; the caller takes them away.
  std::vector<DramCompletion>& completions() { return completions_; }
  /// True when no request and no posted write is left.
  virtual bool idle() const = 0;
  /// The cycle in which the last data have left the bus.
  virtual Cycle drained() const = 0;
  /// Closes the books at cycle `end`.
  virtual void finish(Cycle end, DramStats& stats) = 0;

 protected:
  explicit DramTiming(bool in_order) : in_order_(in_order) {}
  std::vector<DramCompletion> completions_;
  Cycle next_ = kNever;

 private:
  bool in_order_;
};

std::unique_ptr<DramTiming> make_fixed_timing(const DramParams& params);
std::unique_ptr<DramTiming> make_ideal_timing(const DramParams& params);
std::unique_ptr<DramTiming> make_banked_timing(const DramParams& params);

}  // namespace systole
