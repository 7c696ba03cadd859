#pragma once
#include <algorithm>
#include <memory>
#include <vector>

#include "models/kernel/clock_domain.h"
#include "models/memory/dram/banked_timing.h"
#include "models/memory/dram/response_queue.h"
#include "models/stats.h"

namespace systole {

/// Bytes [address, address + bytes) of which `useful` are wanted. `id` is the client's own.
struct DramCall {
  uint32_t id = 0;
  bool write = false;
  uint64_t address = 0, bytes = 0, useful = 0;
};

/// What a client calls over a port at one time: its open response phase ends, then a request phase begins.
struct DramCalls {
  uint32_t port = 0;
  bool ends_response = false, begins_request = false;
  bool then_waits = false;  ///< no request follows before the next answer
  DramCall request;         ///< where one begins
};

/// What a call makes certain at once of the port's own request and of its next answer. Cycles are the
/// memory's, and may lie ahead of its present one; kNever: that is not known yet.
struct DramNews {
  Cycle taken = kNever, answered = kNever;
  uint32_t answered_id = 0;
};

/// Who sends requests, and is told of what is not known when it calls.
class DramClient {
 public:
  /// The request phase ends: the next request may follow.
  virtual void request_taken(uint32_t id, Cycle at) = 0;
  /// The response phase begins; the client ends it by Dram::call().
  virtual void answered(uint32_t id, Cycle at) = 0;

 protected:
  ~DramClient() = default;
};

/// The DRAM: requests from the call to the answer, in whole cycles of its clock. Each port is a client's side
/// of the protocol: at most one request phase and one response phase are open. Knows no bytes and no TLM
/// (DramSocket does).
class Dram {
 public:
  Dram(const DramParams& params, ClockDomain& clock);
  Dram(const Dram&) = delete;
  Dram& operator=(const Dram&) = delete;

  /// A new port for `client`.
  uint32_t attach(DramClient& client);
  /// From now on calls may come in any order of time: nothing is done ahead of them.
  void expect_any_order() { any_order_ = true; }
  /// Empties every queue; requests may ask for the first `size` bytes.
  void reset(uint64_t size);
  uint64_t size() const { return size_; }
  ClockDomain& clock() { return clock_; }
  /// Of a call that takes no part in the traffic.
  double latency_ns() const { return latency_ns_; }

  /// The calls may be acted on from cycle `from` on.
  DramNews call(const DramCalls& calls, Cycle from);
  /// Does what is due in cycle `now`; returns when there is more.
  Cycle step(Cycle now);

  bool idle() const { return waiting_.empty() && in_flight_ == 0 && timing_->idle(); }
  /// Femtoseconds since reset at which the last data have left the bus, posted writes included.
  uint64_t drained_fs() const { return clock_.edge_fs(timing_->drained()); }
  /// Counters of the time up to `end_fs` since reset.
  const DramStats& finish(uint64_t end_fs);

 private:
  struct Waiting {
    uint32_t port;
    DramCall call;
    Cycle from;
  };
  /// What a ticket stands for while its request is in the timing model.
  struct InFlight {
    uint32_t port = 0, id = 0;
    bool write = false;
    uint64_t useful = 0, number = 0;
  };
  struct Port {
    DramClient* client = nullptr;
    ResponseQueue responses;  ///< finished, or to be
    bool response_open = false;
    bool waits = false;       ///< no request comes before the next answer
    uint32_t reads = 0;       ///< in flight
    Cycle response_from = 0;  ///< the first cycle a new response phase may open in
    /// When the next response phase can open; kNever while none is due or one is open.
    Cycle next_response() const {
      return response_open || responses.empty() ? kNever : std::max(responses.front().from, response_from);
    }
  };

  void do_certain(Cycle from);
  [[gnu::noinline]] void let_wait(const DramCalls& calls, Cycle from);
  Cycle work(Cycle now);
  /// To be stepped again in cycle `due`.
  void wake_for(Cycle due);
  [[gnu::noinline]] void free_places(Cycle now);
  [[gnu::noinline]] void hand_over_due(Cycle now);
  void hand_over(uint32_t port, const DramCall& call, Cycle now);
  void settle(Cycle earliest);
  void end_request(const InFlight& request, Cycle at);
  Cycle respond(Cycle now, Cycle from);
  void open_response(uint32_t port, Cycle at);
  Cycle quiet_until(Cycle now) const;

  ClockDomain& clock_;
  Waker self_;
  uint64_t burst_bytes_, size_ = 0;
  double latency_ns_;
  std::unique_ptr<DramTiming> timing_;
  BankedTiming* const banked_;  ///< the same, if it is of this kind: called without a detour
  bool any_order_ = false;
  bool works_ahead_ = false;      ///< calls come in the order of their times: what is certain is done at once
  Cycle due_ = kNever;            ///< the next step that does anything, as far as is known
  Cycle woken_for_ = kNever;      ///< the next step, needed or not
  std::vector<Waiting> waiting_;  ///< request phases open, in order of arrival
  FlatList<Cycle> freed_;         ///< when places of answered requests come free, where that lies ahead
  FlatList<InFlight> tickets_;
  FlatList<uint32_t> free_tickets_;
  std::vector<Port> ports_;
  static constexpr uint32_t kNobody = ~uint32_t{0};
  uint32_t calling_ = kNobody;  ///< the port that learns by `news_` what is certain
  DramNews news_;
  uint32_t in_flight_ = 0, most_in_flight_;
  uint64_t begun_ = 0;  ///< requests
  DramStats stats_;
};

}  // namespace systole
