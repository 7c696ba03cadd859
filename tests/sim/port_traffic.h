#pragma once
#include <random>
#include <systemc>

#include "models/control/dram_port.h"

namespace systole::test {

/// Sends random reads and writes over a DMA engine's port, as many as the port has bursts for, and takes the
/// answers; now and then it lets a request or an answer wait.
class PortTraffic : public sc_core::sc_module {
 public:
  static constexpr uint32_t kLongest = 600;

  PortTraffic(sc_core::sc_module_name name, ClockDomain& clock, DramPort& port, uint64_t base, uint64_t bytes,
              uint64_t count, uint32_t seed)
      : sc_module(name), clock_(clock), port_(port), base_(base), bytes_(bytes), left_(count), random_(seed) {
    self_ = clock.add(*this, 0);
    port.wake_on_progress(self_);
  }

  void start() { self_.wake_at(0); }
  uint64_t answered() const { return answered_; }
  /// A hash over which request was answered in which cycle.
  uint64_t history() const { return history_; }

  Cycle step(Cycle now) {
    clock_.progress();
    if (now >= take_from_) {
      if (Burst* burst = port_.take_response(now)) finish(*burst, now);
    }
    if (left_ != 0 && now >= send_from_ && port_.can_send(now)) {
      if (Burst* burst = port_.allocate()) send(*burst, now);
    }
    const bool wants_to_send = left_ != 0 && port_.can_allocate();
    Cycle next = port_.end_step(now, wants_to_send);
    if (wants_to_send && port_.can_send(std::max(now + 1, send_from_)))
      next = std::min(next, std::max(now + 1, send_from_));
    if (take_from_ > now) next = std::min(next, take_from_);
    return next;
  }

 private:
  void send(Burst& burst, Cycle now) {
    --left_;
    const bool small = random_() % 8 != 0;
    const uint64_t span = random_() % 2 == 0 ? 2048 : bytes_ - kLongest;  // half of them crowd together
    burst.address = base_ + random_() % span;
    burst.length = static_cast<uint32_t>(1 + random_() % (small ? 64 : kLongest));
    burst.useful_bytes = burst.length - (random_() % 4 == 0 ? burst.length / 2 : 0);
    burst.segments.clear();
    burst.segments.add({0, 0, burst.useful_bytes});
    const bool write = random_() % 2 == 0;
    send_from_ = now + pause();
    port_.send(burst, write);
  }

  void finish(Burst& burst, Cycle now) {
    history_ = (history_ ^ now ^ burst.address << 32) * 0x9E3779B97F4A7C15;
    ++answered_;
    take_from_ = now + pause();
    port_.release(burst);
  }

  Cycle pause() { return random_() % 16 == 0 ? random_() % 200 : 0; }

  ClockDomain& clock_;
  DramPort& port_;
  Waker self_;
  uint64_t base_, bytes_, history_ = 0, left_, answered_ = 0;
  Cycle send_from_ = 0, take_from_ = 0;
  std::mt19937 random_;
};

}  // namespace systole::test
