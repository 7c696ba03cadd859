#pragma once
#include <algorithm>
#include <systemc>
#include <vector>

#include "models/kernel/time.h"
#include "models/memory/bank_ports.h"
#include "models/memory/params.h"
#include "models/stats.h"

namespace systole {

/// The banks and ports of an on-chip buffer; its bytes are in the memory image. It has no process: units
/// claim banks word by word in the cycle they access them; who is stepped first (see ClockDomain::add) goes
/// first, who finds no port left tries again.
class SramBuffer : public sc_core::sc_module {
 public:
  using Params = BufferParams;
  using Stats = BufferStats;

  SramBuffer(sc_core::sc_module_name name, const Params& params);

  void reset();
  uint32_t word_bytes() const { return 1U << word_shift_; }
  uint32_t word_shift() const { return word_shift_; }
  uint64_t word_of(uint64_t address) const { return address >> word_shift_; }
  /// Banks are numbered through all slots: slot * banks + word % banks.
  uint32_t bank_of(uint64_t word) const {
    return static_cast<uint32_t>((word & bank_mask_) + (word >= words_per_slot_ ? params_.banks : 0));
  }
  /// Those of `count` words that follow each other.
  void banks_of(uint64_t first, uint64_t count, uint32_t* banks) const {
    if ((first < words_per_slot_) != (first + count - 1 < words_per_slot_)) {
      for (uint64_t i = 0; i < count; ++i) banks[i] = bank_of(first + i);
      return;
    }
    const auto low = static_cast<uint32_t>(first), mask = static_cast<uint32_t>(bank_mask_);
    const uint32_t slot = first < words_per_slot_ ? 0 : params_.banks;
    for (uint32_t i = 0; i < count; ++i) banks[i] = ((low + i) & mask) + slot;
  }
  uint32_t slot_of(uint64_t address) const { return word_of(address) >= words_per_slot_ ? 1 : 0; }
  uint64_t words_per_slot() const { return words_per_slot_; }
  uint32_t ports() const { return params_.ports; }
  uint32_t banks() const { return params_.banks; }  ///< of a slot
  uint32_t bank_count() const { return params_.banks * params_.slots; }

  /// Who claims banks in cycles it is not stepped in. `banks` names those of a cycle, each as often as it is
  /// claimed; asked at most once a cycle, and only if someone else wants a bank of its slots.
  struct Forecast {
    void* owner = nullptr;
    const std::vector<uint32_t>& (*banks)(void* owner, Cycle cycle) = nullptr;
  };
  /// `slots`: a bit for each slot that may be claimed. At most one forecast a buffer, of whoever goes first.
  void set_forecast(const Forecast& forecast, uint32_t slots) {
    forecast_ = forecast;
    forecast_slots_ = slots;
  }
  /// Nothing if someone else's forecast has taken its place.
  void clear_forecast(const void* owner) {
    if (forecast_.owner == owner) forecast_slots_ = 0;
  }

  /// Takes one port of the word's bank for cycle `now`; false when all are taken. Cycles must not go back.
  bool try_claim(uint64_t word, Cycle now) {
    enter(now);
    const uint32_t bank = bank_of(word);
    if (foreseen_ != now && (forecast_slots_ >> (bank >= params_.banks ? 1 : 0) & 1) != 0) foresee(now);
    return taken_.take(bank);
  }
  /// The same for `count` banks; moves those whose ports are all taken to the front and returns their number.
  std::size_t claim_banks(uint32_t* banks, std::size_t count, Cycle now) {
    enter(now);
    if (forecast_slots_ != 0 && foreseen_ != now && any_in_slots(banks, count, forecast_slots_)) foresee(now);
    return taken_.take_all(banks, count);
  }

  /// Takes a port for each of the words from `first` on until one has none left; returns how many it took.
  uint64_t claim_words(uint64_t first, uint64_t count, Cycle now) {
    enter(now);
    const uint32_t slots = (first < words_per_slot_ ? 1U : 0U) | (first + count > words_per_slot_ ? 2U : 0U);
    if ((forecast_slots_ & slots) != 0 && foreseen_ != now) foresee(now);
    uint64_t taken = 0;
    while (taken != count) {  // up to the last bank of a slot
      const uint64_t word = first + taken, run = std::min(count - taken, params_.banks - (word & bank_mask_));
      const uint64_t free = taken_.take_run(bank_of(word), run);
      taken += free;
      if (free != run) break;
    }
    return taken;
  }

  void count_read(Tensor tensor, uint64_t accesses, uint64_t elements) {
    stats_.reads += accesses * words_per_access_;
    stats_.reads_by_tensor[static_cast<int>(tensor)] += accesses * words_per_access_;
    stats_.elements_read += elements;
  }
  void count_write(Tensor tensor, uint64_t accesses, uint64_t elements) {
    stats_.writes += accesses * words_per_access_;
    stats_.writes_by_tensor[static_cast<int>(tensor)] += accesses * words_per_access_;
    stats_.elements_written += elements;
  }
  void count_conflict() { ++stats_.conflict_cycles; }
  const Stats& stats() const { return stats_; }

 private:
  /// Begins a new cycle: all ports are free.
  void enter(Cycle now) {
    if (cycle_ == now) return;
    cycle_ = now;
    taken_.clear();
  }
  bool any_in_slots(const uint32_t* banks, std::size_t count, uint32_t slots) const {
    return std::any_of(banks, banks + count,
                       [=](uint32_t bank) { return (slots >> (bank >= params_.banks ? 1 : 0) & 1) != 0; });
  }
  void foresee(Cycle now);

  Params params_;
  Forecast forecast_;
  uint32_t forecast_slots_ = 0;
  Cycle foreseen_ = kNever;  ///< the last cycle whose forecast was entered in `taken_`
  uint32_t word_shift_ = 3;
  uint64_t bank_mask_ = 0, words_per_slot_ = 0, words_per_access_ = 1;
  Cycle cycle_ = kNever;  ///< whose claims are in taken_
  BankPorts taken_;
  Stats stats_;
};

}  // namespace systole
