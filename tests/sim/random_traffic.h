#pragma once
#include <tlm_utils/simple_initiator_socket.h>

#include <memory>
#include <random>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/kernel/clock_domain.h"

namespace systole::test {

/// Sends random reads and writes of all sizes and alignments, some with byte enables, many of them
/// overlapping, keeps many in flight and compares each read with a flat memory.
class RandomTraffic : public sc_core::sc_module, private tlm::tlm_mm_interface {
 public:
  RandomTraffic(sc_core::sc_module_name name, ClockDomain& clock, uint64_t bytes, uint64_t count,
                uint32_t seed)
      : sc_module(name), socket("socket"), clock_(clock), flat_(bytes), left_(count), random_(seed) {
    socket.register_nb_transport_bw(this, &RandomTraffic::backward);
    self_ = clock.add(*this, 0);
    for (int i = 0; i < 48; ++i) {
      slots_.push_back(std::make_unique<Slot>());
      slots_.back()->payload.set_mm(this);
      free_.push_back(slots_.back().get());
    }
  }

  tlm_utils::simple_initiator_socket<RandomTraffic> socket;

  void start() { self_.wake_at(0); }
  uint64_t wrong() const { return wrong_; }
  uint64_t answered() const { return answered_; }
  const std::vector<uint8_t>& flat() const { return flat_; }

  Cycle step(Cycle now) {
    if (answer_ != nullptr && answer_from_ <= now) finish(*answer_);
    if (!request_open_ && request_from_ <= now && !free_.empty() && left_ != 0) send();
    const Cycle answer = answer_ != nullptr ? std::max(answer_from_, now + 1) : kNever;
    const bool may_send = left_ != 0 && !request_open_ && !free_.empty();
    return may_send ? std::min(answer, std::max(request_from_, now + 1)) : answer;
  }

 private:
  static constexpr uint32_t kLongest = 600;
  struct Slot {
    tlm::tlm_generic_payload payload;
    std::vector<uint8_t> data, enables, expected;
  };

  void send() {
    Slot& slot = *free_.back();
    free_.pop_back();
    --left_;
    const bool small = random_() % 8 != 0;
    const auto length = static_cast<uint32_t>(1 + random_() % (small ? 64 : kLongest));
    const uint64_t span = random_() % 2 == 0 ? 2048 : flat_.size() - kLongest;  // half of them crowd together
    const uint64_t address = random_() % span;
    const bool write = random_() % 2 == 0, masked = random_() % 4 == 0;
    slot.data.assign(length, 0);
    slot.enables.assign(length, TLM_BYTE_ENABLED);
    for (uint32_t i = 0; masked && i < length; ++i) {
      if (random_() % 2 == 0) slot.enables[i] = TLM_BYTE_DISABLED;
    }
    for (uint32_t i = 0; write && i < length; ++i) slot.data[i] = static_cast<uint8_t>(random_());
    slot.expected.assign(length, 0);
    for (uint32_t i = 0; i < length; ++i) {
      if (slot.enables[i] == TLM_BYTE_DISABLED) continue;
      if (write) flat_[address + i] = slot.data[i];
      slot.expected[i] = flat_[address + i];
    }
    tlm::tlm_generic_payload& p = slot.payload;
    p.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    p.set_address(address);
    p.set_data_ptr(slot.data.data());
    p.set_data_length(length);
    p.set_streaming_width(length);
    p.set_byte_enable_ptr(masked ? slot.enables.data() : nullptr);
    p.set_byte_enable_length(masked ? length : 0);
    p.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    p.acquire();
    request_open_ = true;
    call(p, tlm::BEGIN_REQ);
  }

  void finish(Slot& slot) {
    answer_ = nullptr;
    const bool good =
        slot.payload.is_response_ok() && (slot.payload.is_write() || slot.data == slot.expected);
    wrong_ += !good;
    ++answered_;
    call(slot.payload, tlm::END_RESP);
    slot.payload.release();
    free_.push_back(&slot);
  }

  void call(tlm::tlm_generic_payload& payload, tlm::tlm_phase phase) {
    sc_core::sc_time delay = clock_.local_delay();
    socket->nb_transport_fw(payload, phase, delay);
    clock_.outside_called();
  }

  tlm::tlm_sync_enum backward(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                              sc_core::sc_time& delay) {
    const Cycle from = clock_.first_cycle_after(delay);
    if (phase == tlm::END_REQ) {
      request_open_ = false;
      request_from_ = from;
    } else {
      for (const auto& slot : slots_) {
        if (&slot->payload == &payload) answer_ = slot.get();
      }
      answer_from_ = from;
    }
    self_.wake_at(from);
    return tlm::TLM_ACCEPTED;
  }

  void free(tlm::tlm_generic_payload*) override {}

  ClockDomain& clock_;
  Waker self_;
  std::vector<uint8_t> flat_;
  uint64_t left_, answered_ = 0, wrong_ = 0;
  std::mt19937 random_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::vector<Slot*> free_;
  bool request_open_ = false;
  Cycle request_from_ = 0, answer_from_ = 0;
  Slot* answer_ = nullptr;
};

}  // namespace systole::test
