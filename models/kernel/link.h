#pragma once
#include <array>
#include <cstddef>

#include "models/kernel/clock_domain.h"
#include "models/kernel/link_stalls.h"
#include "models/kernel/observer.h"
#include "models/kernel/registered.h"

namespace systole {

/// A registered valid/ready channel between two modules of one domain: pushed in cycle n, visible in n + 1;
/// the place freed by a pop in n is visible in n + 1. Each side wakes the other.
template <class T, std::size_t kCapacity = 2>
class Link {
 public:
  void bind(Waker producer, Waker consumer) {
    producer_ = producer;
    consumer_ = consumer;
    stalls_ = LinkStalls::enroll();
  }

  /// `unit`: at the consumer's end.
  void observe(MachineObserver* observer, Unit unit) {
    observer_ = observer;
    unit_ = unit;
  }

  bool can_push(Cycle now) const { return pushes_.total() - pops_.seen(now) < kCapacity; }
  void push(Cycle now, T value) {
    ring_[pushes_.total() % kCapacity] = std::move(value);
    pushes_.add(now);
    consumer_.wake_at(now + 1);
    if (__builtin_expect(observer_ != nullptr, 0)) observer_->issued(unit_, now);
  }

  /// False as well in a cycle in which a test holds the link back; the consumer is woken for the next one.
  bool can_pop(Cycle now) const {
    if (pops_.total() >= pushes_.seen(now)) return false;
    if (!stalls_.blocked(now)) return true;
    consumer_.wake_at(now + 1);
    return false;
  }
  const T& front() const { return ring_[pops_.total() % kCapacity]; }
  void pop(Cycle now) {
    pops_.add(now);
    producer_.wake_at(now + 1);
    if (__builtin_expect(observer_ != nullptr, 0)) observer_->taken(unit_, now);
  }

  bool empty() const { return pushes_.total() == pops_.total(); }
  uint64_t transfers() const { return pops_.total(); }
  void reset() {
    pushes_.reset();
    pops_.reset();
  }

 private:
  std::array<T, kCapacity> ring_{};
  RegisteredCounter pushes_, pops_;
  Waker producer_, consumer_;
  LinkStalls stalls_;
  MachineObserver* observer_ = nullptr;
  Unit unit_ = Unit::load;
};

}  // namespace systole
